import { defineCommand } from '../command.ts';
import { share } from './parsers.ts';

export interface VerifyFlags {
  /** Per cent. */
  readonly read?: number;
  readonly structureOnly?: boolean;
}

export const verify = defineCommand({
  name: 'verify',
  operands: '[target]',
  group: 'Look after it',
  text: 'prove that a repository, by its name or that of a job or a ref, is sound',
  completes: 'repositories',
  options: [
    { flags: '--read <share>', text: 'how much of the data to read: 5% or all (default: 2.5%)', ...share },
    { flags: '--structure-only', text: 'read no data' },
  ],
  examples: ['umbra verify', 'umbra verify home --read 5%', 'umbra verify documents@latest --structure-only'],
  notes: ['Exit code 20: damage was found.'],
  load: () => import('../actions/verify.ts'),
});
