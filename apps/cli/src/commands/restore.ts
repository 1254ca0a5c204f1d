import type { RestoreMode } from '@umbracore/runtime/restore';
import { defineCommand } from '../command.ts';
import { wholeNumber } from './parsers.ts';

export interface RestoreFlags {
  readonly to?: string;
  readonly inPlace?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly overwrite?: RestoreMode;
  readonly delete?: boolean;
  readonly maxDelete?: number;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly staged?: string;
  readonly repository?: string;
  readonly list?: boolean;
  readonly resume?: string;
  readonly undo?: string;
  readonly discard?: string;
}

export const restore = defineCommand({
  name: 'restore',
  operands: '[ref] [path...]',
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
      text: 'never, if-newer, if-changed, always or both (default: if-newer)',
      choices: ['never', 'if-newer', 'if-changed', 'always', 'both'],
    },
    { flags: '--delete', text: 'remove what the snapshot does not have, from the folders that it has' },
    {
      flags: '--max-delete <files>',
      text: 'how many may go (default: as many as the snapshot has)',
      ...wholeNumber(0, Number.MAX_SAFE_INTEGER),
    },
    { flags: '--dry-run', text: 'stop after the preview' },
    { flags: '--verify', text: 'compare what was written with the repository' },
    { flags: '--staged <folder>', text: 'put in place what `umbra helper restore` brought there; needs root' },
    { flags: '--repo, --repository <name>', text: 'where to look for the snapshot' },
    { flags: '--list', text: 'the restores so far, and which can be taken back' },
    { flags: '--undo <id>', text: 'take one back' },
    { flags: '--resume <id>', text: 'go on with one that was interrupted' },
    { flags: '--discard <id>', text: 'give one up, or what is kept to take it back' },
  ],
  examples: [
    'umbra restore documents@latest',
    'umbra restore documents@-1:Documents/taxes --in-place --dry-run',
    'umbra restore 41dbb77c --to ~/check --include "*.pdf" --verify -y',
    'umbra restore documents@-1 --in-place --delete --overwrite always',
    'umbra restore --undo x-01JD41',
  ],
  notes: [
    '`if-newer` replaces a file only by one that was modified later, so work done since the snapshot is kept; `both` replaces',
    'nothing and puts what differs beside yours, as NAME.restored.EXT. Everything is brought into a hidden folder beside',
    'the target first (there has to be room for it), compared there if asked, and moved into place file by file: whatever',
    'happens, each file is the old one or the new one. Interrupted, the same command goes on. What was replaced in a folder',
    'that was not empty is kept for 14 days, or as `restores: { keepUndo: 30d, maxUndo: 20GiB }` says, in a hidden folder',
    '.umbra-restore-ID. Links below the target are not followed.',
    '`--delete` looks into the folders that were saved: what the snapshot does not have there goes into that hidden folder',
    'too, so that --undo brings it back. What the job leaves out stays, as do caches, other file systems and what changed',
    'since the preview. With --include and --exclude only files that fit go.',
    'Exit code 22: the comparison differs; 1: something could not be restored; 2: something is in the way, or there is no',
    'room, which --dry-run says as well. What failed is left as it was.',
  ],
  load: () => import('../actions/restore.ts'),
});
