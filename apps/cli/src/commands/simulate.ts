import { defineCommand } from '../command.ts';
import { time, wholeNumber } from './parsers.ts';

export interface SimulateFlags {
  readonly days?: number;
  readonly from?: number;
  readonly seed?: number;
}

export const simulate = defineCommand({
  name: 'simulate',
  brief: true,
  group: 'Look after it',
  text: 'what the schedules would do: runs, waits, load',
  options: [
    { flags: '--days <days>', text: 'so many days (default: 7)', ...wholeNumber(1, 3660) },
    { flags: '--from <time>', text: 'from this time on instead of now', ...time },
    {
      flags: '--seed <number>',
      text: 'draw lengths and failures from history by chance, the same ones for the same number',
      ...wholeNumber(0, 2 ** 32 - 1),
    },
  ],
  examples: ['umbra simulate --days 30', 'umbra simulate --days 365 --seed 7 --json', 'umbra simulate -v'],
  notes: [
    'A virtual clock goes through the same decisions that start runs in earnest. Nothing is run. How long a run',
    'takes is the median of the last ones. -v lists every run. The bound is what no order of the same runs could beat:',
    'the work on the busiest resource, or the longest run with what has to come before it.',
  ],
  load: () => import('../actions/simulate.ts'),
});
