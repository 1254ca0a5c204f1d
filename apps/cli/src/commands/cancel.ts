import { defineCommand } from '../command.ts';

export const cancel = defineCommand({
  name: 'cancel',
  operands: '<run-or-job>',
  group: 'Every day',
  text: 'end a run cleanly and leave no lock',
  completes: 'jobs',
  examples: ['umbra cancel documents'],
  load: () => import('../actions/cancel.ts'),
});
