import { defineCommand } from '../command.ts';

export const help = defineCommand({
  name: 'help',
  operands: '[topic...]',
  group: 'Start',
  text: 'help on a command, a topic such as exit-codes, or the code of an error',
  completes: 'topics',
  examples: ['umbra help exit-codes', 'umbra help run', 'umbra help schedule preview', 'umbra help repository.locked'],
  notes: [
    'Topics: exit-codes environment formatting schedules conditions chains throttling hooks notifications',
    '        secrets patterns refs plugins',
  ],
  load: () => import('../actions/help.ts'),
});
