import { defineCommand } from '../command.ts';

export const explain = defineCommand({
  name: 'explain',
  operands: '<job>',
  group: 'Every day',
  text: 'why a job is, or is not, going to run',
  completes: 'jobs',
  examples: ['umbra explain documents'],
  load: () => import('../actions/explain.ts'),
});
