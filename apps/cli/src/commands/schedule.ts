import { defineCommand } from '../command.ts';
import { count, time, wholeNumber } from './parsers.ts';
import { timerUnits } from './units.ts';

export interface ScheduleCheckFlags {
  readonly zone?: string;
  readonly from?: number;
  readonly count?: number;
}

export interface SchedulePreviewFlags {
  readonly from?: number;
  readonly days?: number;
  readonly count?: number;
}

export const schedule = defineCommand({
  name: 'schedule',
  group: 'Look after it',
  text: 'what runs when, and how the system starts it without a daemon',
  examples: [
    'umbra schedule preview --days 7',
    'umbra schedule check weekdays at 02:00',
    'umbra schedule check "Sat,Sun 10:00-14:00"',
  ],
  children: [
    {
      name: 'preview',
      operands: '[job...]',
      completes: 'jobs',
      text: 'what becomes due when, with windows, chains, clock changes and conflicts',
      options: [
        { flags: '--days <days>', text: 'so many days (default: 2)', ...wholeNumber(1, 366) },
        { flags: '--from <time>', text: 'from this time on instead of now', ...time },
        { flags: '--count <count>', text: 'at most so many lines (default: 100)', ...count },
      ],
      examples: ['umbra schedule preview --days 1', 'umbra schedule preview documents --from 2027-03-27 --days 3'],
      notes: ['How long a run takes, and so what waits for what, is guessed from history: see umbra simulate.'],
      load: () => import('../actions/schedule-preview.ts'),
    },
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
