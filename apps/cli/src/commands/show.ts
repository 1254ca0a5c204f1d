import { defineCommand } from '../command.ts';

export const show = defineCommand({
  name: 'show',
  operands: '<run-or-job>',
  group: 'Every day',
  completes: 'jobs',
  text: 'one run, by its id or a job: attempts, steps, what could not be read',
  examples: ['umbra show r-01JD3M', 'umbra show documents', 'umbra show r-01JD3M --json'],
  load: () => import('../actions/show.ts'),
});
