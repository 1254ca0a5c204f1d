import { defineCommand } from '../command.ts';

export const help = defineCommand({
  name: 'help',
  operands: '[topic]',
  group: 'Start',
  text: 'a command, or: exit-codes environment formatting schedules secrets patterns refs',
  completes: 'topics',
  examples: ['umbra help exit-codes', 'umbra help run'],
  load: () => import('../actions/help.ts'),
});
