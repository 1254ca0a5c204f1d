import type { BackupStrategy, VerifyLevel } from '@umbracore/contracts';
import { defineCommand } from '../command.ts';
import { patience, rate, wholeNumber } from './parsers.ts';

export interface RunFlags {
  readonly all?: boolean;
  readonly due?: boolean;
  readonly tag?: readonly string[];
  readonly dryRun?: boolean;
  readonly compressionLevel?: number;
  /** A level; `job` for the bare flag; false for `--no-verify`. */
  readonly verify?: VerifyLevel | 'job' | false;
  readonly retry: boolean;
  readonly limitUpload?: number;
  readonly strategy?: BackupStrategy;
  readonly full?: boolean;
  readonly parent?: string;
  readonly force?: boolean;
  readonly ignoreConditions?: boolean;
  /** Milliseconds; for ever for the bare flag. */
  readonly wait?: number;
  readonly detach?: boolean;
}

export const run = defineCommand({
  name: 'run',
  operands: '[job|chain...]',
  group: 'Every day',
  text: 'run jobs and chains now',
  completes: 'jobs',
  options: [
    { flags: '--all', text: 'every enabled job, in turn; those in a chain by their chain' },
    { flags: '--due', text: 'the jobs whose time has come' },
    { flags: '--tag <tag>', text: 'the jobs with this tag; may be repeated', repeat: true },
    { flags: '--dry-run', text: 'find out what would be done, change nothing' },
    { flags: '--compression-level <level>', text: '0 (off) to 9 (smallest)', ...wholeNumber(0, 9) },
    {
      flags: '--verify [level]',
      text: 'check the snapshot afterwards: metadata, sample or full',
      choices: ['metadata', 'sample', 'full'],
      bare: 'job',
    },
    { flags: '--no-verify', text: 'no check afterwards' },
    { flags: '--no-retry', text: 'one attempt only' },
    { flags: '--limit-upload <rate>', text: 'at most so much, such as 10MiB/s', ...rate },
    {
      flags: '--strategy <strategy>',
      text: 'compare with the last snapshot, the base or nothing',
      choices: ['incremental', 'differential', 'full'],
    },
    { flags: '--full', text: 'read every file again: --strategy full' },
    { flags: '--parent <id>', text: 'compare with the snapshot that has this id' },
    { flags: '--force', text: 'another word for --full' },
    { flags: '--ignore-conditions', text: 'start whatever the conditions say, also those of the jobs of a chain' },
    {
      flags: '--wait [duration]',
      text: 'let another run of the same job end first; at most so long, such as 30m',
      bare: 'forever',
      ...patience,
    },
    { flags: '--detach', text: 'let the daemon run it, and do not wait for its end' },
  ],
  examples: ['umbra run documents', 'umbra run --due --no-input', 'umbra run documents --verify=sample --json'],
  notes: [
    'Without a name: the only job there is. Runs of the same jobs and chains that a crash left behind are completed first,',
    'with --due those of all; one that tries again later is not waited for.',
    'What is asked for by name, --all or --tag starts now, for whoever asks knows why. It waits neither for windows and',
    'blackouts nor for room in what runs share (uses, repository:NAME, the concurrency of the daemon); it takes its room',
    'all the same, so that what a schedule starts waits for it. Only one run of a job works on a repository at a time',
    '(exit code 6): --wait lets the one under way end first, each time at most so long as it says. What must have a',
    'repository alone, such as a prune, waits for the locks of others there. A condition that is not met refuses it with',
    'exit code 5: umbra help conditions.',
    '--detach says which runs the daemon began, and which follow them. Without a daemon nothing is started (exit code 30).',
    '--due starts what its schedule, the end of another job or its age makes due and nobody started yet, and records what',
    'is skipped or missed with its reason. It takes no options for its runs.',
    'How to compare, verify, compress and upload is for backups: another job that is named with it is refused, and of --all',
    'and --tag it changes the backups alone. A chain hands it on to its backups, but for --parent.',
  ],
  load: () => import('../actions/run.ts'),
});
