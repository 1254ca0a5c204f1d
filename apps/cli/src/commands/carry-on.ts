import { defineCommand } from '../command.ts';

/** Started by `status` when it finds runs whose process died. */
export const carryOn = defineCommand({
  name: 'carry-on',
  hidden: true,
  text: 'carry runs that were left behind to their end',
  load: () => import('../actions/carry-on.ts'),
});
