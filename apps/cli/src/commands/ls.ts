import { defineCommand } from '../command.ts';
import { offline } from './offline.ts';

export interface LsFlags {
  readonly long?: boolean;
  readonly recursive?: boolean;
  readonly repository?: string;
  readonly offline?: boolean;
}

export const ls = defineCommand({
  name: 'ls',
  operands: '<ref>',
  group: 'Get data back',
  text: 'files of a snapshot: REF[:PATH]',
  completes: 'refs',
  options: [
    { flags: '-l, --long', text: 'with mode, owner, size and time' },
    { flags: '-R, --recursive', text: 'with everything below' },
    { flags: '--repo, --repository <name>', text: 'where to look for the snapshot' },
    offline,
  ],
  examples: ['umbra ls documents@latest', 'umbra ls -l documents@-1:Documents/taxes', 'umbra ls -R 41dbb77c:/etc'],
  notes: [
    'The catalog answers where it has the snapshot, and for a repository that is out of reach: umbra catalog --help.',
    'Refs: umbra help refs',
  ],
  load: () => import('../actions/ls.ts'),
});
