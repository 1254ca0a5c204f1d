import { defineCommand } from '../command.ts';
import { time } from './parsers.ts';

export interface ExplainFlags {
  readonly at?: number;
}

export const explain = defineCommand({
  name: 'explain',
  operands: '<job>',
  group: 'Every day',
  text: 'why a job or chain is, or is not, going to run',
  completes: 'jobs',
  options: [{ flags: '--at <time>', text: 'at this time instead of now, such as tomorrow or +8h', ...time }],
  examples: ['umbra explain documents', 'umbra explain documents --at 2026-11-24T02:00'],
  notes: [
    'Every reason for and against it, in the order in which they count, and what would release it.',
    'Exit code 0: it starts, or has its time; 5: it would be skipped, or waits for a condition; 6: another run is',
    'under way. Conditions, what runs share and the rest after waking up are looked at for now only.',
  ],
  load: () => import('../actions/explain.ts'),
});
