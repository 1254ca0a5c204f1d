import { jobKinds, runOutcomes, type JobKind, type RunOutcome } from '@umbracore/contracts';
import { defineCommand } from '../command.ts';
import { count, time } from './parsers.ts';

export interface HistoryFlags {
  readonly repository?: string;
  readonly outcome?: readonly RunOutcome[];
  readonly kind?: readonly JobKind[];
  readonly since?: number;
  readonly until?: number;
  readonly text?: string;
  readonly limit?: number;
  readonly stats?: boolean;
  readonly export?: 'csv' | 'jsonl';
}

export const history = defineCommand({
  name: 'history',
  operands: '[job]',
  group: 'Every day',
  text: 'what ran, how it ended, what it saved',
  completes: 'jobs',
  options: [
    { flags: '--repo, --repository <name>', text: 'only runs into this repository' },
    {
      flags: '--outcome <outcome>',
      text: `${runOutcomes.join(', ')}; may be repeated`,
      choices: runOutcomes,
      repeat: true,
    },
    {
      flags: '--kind <kind>',
      text: `of this kind: ${jobKinds.join(', ')}; may be repeated`,
      choices: jobKinds,
      repeat: true,
    },
    { flags: '--since <time>', text: 'queued at or after: a day, a time, or an age such as 30d', ...time },
    { flags: '--until <time>', text: 'queued before', ...time },
    { flags: '--text <text>', text: 'that mention it: names, errors, files that could not be read' },
    {
      flags: '--limit <count>',
      text: 'at most so many, newest first (default: 20, of --stats and --export all)',
      ...count,
    },
    { flags: '--stats', text: 'what they come to, by job: outcomes, lengths, new data' },
    { flags: '--export <format>', text: 'csv or jsonl, to standard output', choices: ['csv', 'jsonl'] },
  ],
  examples: [
    'umbra history documents --limit 4',
    'umbra history --outcome failed,missed --kind backup --since 30d',
    'umbra history --text "permission denied" --since 3d',
    'umbra history --stats --since 90d',
    'umbra history --export csv > history.csv',
  ],
  notes: [
    'Restores are no runs of a job: umbra restore --list has them.',
    'A rate of success is the share of what succeeded among what succeeded, warned or failed; dry runs do not count.',
  ],
  load: () => import('../actions/history.ts'),
});
