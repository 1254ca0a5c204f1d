import { defineCommand } from '../command.ts';
import { duration } from './parsers.ts';

export interface StatusFlags {
  readonly check?: boolean;
  readonly failed?: boolean;
  /** Milliseconds. */
  readonly maxAge?: number;
  readonly watch?: boolean;
}

export const status = defineCommand({
  name: 'status',
  operands: '[job...]',
  group: 'Every day',
  text: 'how each job stands: last success, last attempt, next',
  completes: 'jobs',
  options: [
    { flags: '--check', text: 'exit code 21 if a job is stale or failing' },
    { flags: '--failed', text: 'only jobs that need you' },
    { flags: '--max-age <length>', text: 'a job whose last success is longer ago, such as 26h, is stale', ...duration },
    { flags: '--watch', text: 'go on looking: drawn over on a terminal, elsewhere a line for each change' },
  ],
  examples: [
    'umbra status',
    'umbra status --check --quiet',
    'umbra status --check --max-age 26h documents',
    'umbra status documents --json',
  ],
  notes: [
    'protected: saved lately and read back; unproven: saved lately, but never read back, or more than 30 days ago;',
    'a copy is read back by the check behind it (on this machine), or by a check or a drill of the repository it is in;',
    'at risk: there is a good copy, but something speaks against the next one (a failure, a warning, a slot that',
    'nobody took up, no proof for 90 days); unprotected: no good copy, or none that is young enough.',
    'Too old: longer ago than the staleAfter of the job, else one and a half of its intervals, at least a day.',
    '--check also looks at the state and at the signs of life of a daemon; it needs none.',
  ],
  load: () => import('../actions/status.ts'),
});
