import { defineCommand } from '../command.ts';
import type { OnlyWord } from '@umbracore/runtime';
import { offline } from './offline.ts';
import type { PairFlags } from '../refs/find-pair.ts';

const wordsOfOnly: readonly OnlyWord[] = ['added', 'removed', 'changed'];

export interface DiffFlags extends PairFlags {
  readonly only?: readonly OnlyWord[];
  readonly stat?: boolean;
  readonly metadata?: boolean;
  readonly bytes?: boolean;
}

export const diff = defineCommand({
  name: 'diff',
  operands: '[ref] [ref]',
  group: 'Get data back',
  text: 'what differs between two snapshots',
  completes: 'refs',
  options: [
    { flags: '--path <path>', text: 'only there and below; also REF:PATH' },
    { flags: '--job <job>', text: 'whose newest two, and whose refs such as latest' },
    { flags: '--repo, --repository <name>', text: 'where to look for the snapshots' },
    { flags: '--only <words>', text: 'list only these, with commas between', choices: wordsOfOnly, repeat: true },
    { flags: '--stat', text: 'list nothing: only the numbers' },
    offline,
    { flags: '--metadata', text: 'also list what has other times or rights only' },
    { flags: '--bytes', text: 'also how much data came and went, for which restic is asked' },
  ],
  examples: [
    'umbra diff',
    'umbra diff documents@2026-11-20 --stat',
    'umbra diff documents@-7 documents@latest --path Documents/taxes',
    'umbra diff 41dbb77c 075916ec --only removed --json',
  ],
  notes: [
    'From the first snapshot to the second. One ref: from the one before it of the same job. None: the newest two of the job.',
    'Signs: + added, - removed, M content changed, T type changed, U only times or rights changed (with --metadata),',
    '? content changed though size and times did not. Renamed is removed and added. The summary counts all, whatever is',
    'listed. The catalog answers where it has both and is as exact as restic, else restic does; that takes longer and says',
    'how much data came and went. Exit code 0 whether there is a difference or not. Refs: umbra help refs',
  ],
  load: () => import('../actions/diff.ts'),
});
