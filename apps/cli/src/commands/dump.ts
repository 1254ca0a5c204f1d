import type { ArchiveFormat } from '@umbracore/contracts';
import { defineCommand } from '../command.ts';

export interface DumpFlags {
  readonly to?: string;
  readonly archive?: ArchiveFormat;
  readonly repository?: string;
}

export const dump = defineCommand({
  name: 'dump',
  operands: '<ref> [command...]',
  group: 'Get data back',
  text: 'a file, or a folder as an archive, to standard output, a file or a command',
  completes: 'refs',
  options: [
    { flags: '--to <file>', text: 'into this file, which must not be there yet' },
    { flags: '--archive <format>', text: 'tar or zip, for a folder (default: tar)', choices: ['tar', 'zip'] },
    { flags: '--repo, --repository <name>', text: 'where to look for the snapshot' },
  ],
  examples: [
    'umbra dump documents@latest:notes.md',
    'umbra dump documents@-1:Documents/taxes --archive zip --to taxes.zip',
    'umbra dump database@latest:app.sql -- psql app',
    'umbra dump documents@latest | tar --list',
  ],
  notes: [
    'Nothing of it is kept on this disk. The names in an archive are whole paths without the first slash. A file given with',
    '--to appears when it is whole. A command after -- reads it as its standard input; where the dump breaks off it is ended',
    'before it could take what it got for everything, and its exit code other than 0 fails the call.',
  ],
  load: () => import('../actions/dump.ts'),
});
