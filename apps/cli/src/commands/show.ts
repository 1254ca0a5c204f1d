import { defineCommand } from '../command.ts';

export const show = defineCommand({
  name: 'show',
  operands: '<run>',
  group: 'Every day',
  text: 'one run: attempts, steps, numbers, what could not be read',
  examples: ['umbra show r-01JD3M', 'umbra show r-01JD3M --json'],
  load: () => import('../actions/show.ts'),
});
