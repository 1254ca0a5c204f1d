import type { OverwriteMode } from '@umbracore/contracts';
import { defineCommand } from '../command.ts';

export interface RestoreFlags {
  readonly to?: string;
  readonly inPlace?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly overwrite?: OverwriteMode;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly repository?: string;
}

export const restore = defineCommand({
  name: 'restore',
  operands: '<ref> [path...]',
  group: 'Get data back',
  text: 'bring files back: preview first, into a new folder by default',
  completes: 'refs',
  options: [
    { flags: '--to <folder>', text: 'where to (default: a new folder ./restored-ID)' },
    { flags: '--in-place', text: 'to where the files came from' },
    { flags: '--include <pattern>', text: 'only what matches; may be repeated', repeat: true },
    { flags: '--exclude <pattern>', text: 'not what matches; may be repeated', repeat: true },
    {
      flags: '--overwrite <mode>',
      text: 'never, if-newer, if-changed or always (default: if-newer)',
      choices: ['never', 'if-newer', 'if-changed', 'always'],
    },
    { flags: '--dry-run', text: 'stop after the preview' },
    { flags: '--verify', text: 'compare what was written with the repository' },
    { flags: '--repo, --repository <name>', text: 'where to look for the snapshot' },
  ],
  examples: [
    'umbra restore documents@latest',
    'umbra restore documents@-1:Documents/taxes --in-place --dry-run',
    'umbra restore 41dbb77c --to ~/check --include "*.pdf" --verify -y',
  ],
  notes: ['`if-newer` replaces a file only by one that was modified later, so work done since the snapshot is kept.'],
  load: () => import('../actions/restore.ts'),
});
