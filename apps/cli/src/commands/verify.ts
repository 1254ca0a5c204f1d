import { defineCommand, type OptionDefinition } from '../command.ts';
import { share, wholeNumber } from './parsers.ts';

export interface VerifyFlags {
  /** Per cent. */
  readonly read?: number;
  readonly structureOnly?: boolean;
  /** Shows what is known instead. */
  readonly status?: boolean;
  /** So many files; `some` for the bare flag. */
  readonly restoreTest?: number | 'some';
}

const { parse, expects } = wholeNumber(1, 1000);

const someFiles: Pick<OptionDefinition, 'parse' | 'expects'> = {
  parse: (text) => (text === 'some' ? text : parse?.(text)),
  ...(expects === undefined ? {} : { expects }),
};

export const verify = defineCommand({
  name: 'verify',
  operands: '[target]',
  group: 'Look after it',
  text: 'prove that a repository, by its name or that of a job or a ref, is sound',
  completes: 'repositories',
  options: [
    { flags: '--read <share>', text: 'how much of the data to read: 5% or all (default: 2.5%)', ...share },
    { flags: '--structure-only', text: 'read no data' },
    { flags: '--status', text: 'read nothing: show how much was read so far, and how long ago' },
    {
      flags: '--restore-test [files]',
      text: 'then restore some files by way of trial and compare them',
      ...someFiles,
      bare: 'some',
    },
  ],
  examples: [
    'umbra verify',
    'umbra verify home --read 5%',
    'umbra verify documents@latest --structure-only',
    'umbra verify documents --restore-test=50',
    'umbra verify --status',
  ],
  notes: [
    'What is new in a repository on this machine is read without restic first, and remembered. --status tells of that, and',
    'ends with 3 where a check job cannot read everything in time.',
    'Exit code 20: damage was found; 22: what was restored differs from what was saved.',
    '--restore-test runs the drill that the configuration has for the repository, or one of its own, once; it is a run like',
    'every other. Of a job it tries the snapshots of that job alone.',
  ],
  load: () => import('../actions/verify.ts'),
});
