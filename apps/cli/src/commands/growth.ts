import { defineCommand } from '../command.ts';
import type { PairFlags } from '../refs/find-pair.ts';
import { offline } from './offline.ts';
import { count } from './parsers.ts';

export interface GrowthFlags extends PairFlags {
  readonly limit?: number;
}

export const growth = defineCommand({
  name: 'growth',
  operands: '[ref] [ref]',
  group: 'Get data back',
  text: 'which folders grew between two snapshots',
  brief: true,
  completes: 'refs',
  options: [
    { flags: '--path <path>', text: 'what lies in this folder; also REF:PATH' },
    { flags: '--job <job>', text: 'whose newest two, and whose refs such as latest' },
    { flags: '--repo, --repository <name>', text: 'where to look for the snapshots' },
    { flags: '--limit <count>', text: 'only so many, what changed most first', ...count },
    offline,
  ],
  examples: ['umbra growth documents@2026-01-01 documents@latest', 'umbra growth --job documents --path Documents'],
  notes: [
    'From the first snapshot to the second. One ref: from the one before it. None: the newest two of the job. Sizes are those',
    'of the files, before anything is shared or compressed. Refs: umbra help refs',
  ],
  load: () => import('../actions/growth.ts'),
});
