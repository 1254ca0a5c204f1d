import { defineCommand } from '../command.ts';
import { wordsOfOnly, type OnlyWord } from '../diff/tally.ts';
import { offline } from './offline.ts';
import type { PairFlags } from '../refs/find-pair.ts';

export interface DiffFlags extends PairFlags {
  readonly only?: readonly OnlyWord[];
  readonly metadata?: boolean;
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
    offline,
    { flags: '--metadata', text: 'also list what has other times or rights only' },
  ],
  examples: [
    'umbra diff',
    'umbra diff documents@2026-11-20',
    'umbra diff documents@-7 documents@latest --path Documents/taxes',
    'umbra diff 41dbb77c 075916ec --only removed --json',
  ],
  notes: [
    'From the first snapshot to the second. One ref: from the one before it of the same job. None: the newest two of the job.',
    'Signs: + added, - removed, M content changed, T type changed, U only times or rights changed (with --metadata),',
    '? content changed though size and times did not. Renamed is removed and added. The summary counts all, whatever --only',
    'lists. Exit code 0 whether there is a difference or not. Refs: umbra help refs',
  ],
  load: () => import('../actions/diff.ts'),
});
