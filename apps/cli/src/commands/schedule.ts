import { defineCommand } from '../command.ts';
import { count, time } from './parsers.ts';
import { timerUnits } from './units.ts';

export interface ScheduleCheckFlags {
  readonly zone?: string;
  readonly from?: number;
  readonly count?: number;
}

export const schedule = defineCommand({
  name: 'schedule',
  group: 'Look after it',
  text: 'check | install | uninstall',
  examples: ['umbra schedule check weekdays at 02:00', 'umbra schedule check "Sat,Sun 10:00-14:00"'],
  children: [
    {
      name: 'check',
      operands: '<text...>',
      text: 'what a schedule or a period means, and when it comes next',
      options: [
        { flags: '--zone <zone>', text: 'in this time zone instead of the configured one' },
        { flags: '--from <time>', text: 'the next ones after this time instead of now', ...time },
        { flags: '--count <count>', text: 'so many (default: 5)', ...count },
      ],
      examples: [
        'umbra schedule check daily at 02:30 --zone Europe/Berlin --from 2026-03-27',
        'umbra schedule check "30 2 * * 1-5"',
        'umbra schedule check 22:00-06:00',
      ],
      notes: ['How schedules are written: umbra help schedules'],
      load: async () => ({ action: (await import('../actions/schedule.ts')).check }),
    },
    ...timerUnits,
  ],
});
