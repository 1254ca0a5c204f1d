import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StillOurs } from './claim.ts';
import type { Removal } from './moves.ts';
import { writeDurably } from './record.ts';

const file = 'removals.jsonl';

/** What a restore was agreed to remove, beside its record. Durable before it returns. */
export function writeRemovals(folder: string, removals: readonly Removal[], stillOurs: StillOurs): void {
  writeDurably(folder, file, removals.map((removal) => `${JSON.stringify(removal)}\n`).join(''), stillOurs);
}

export const readRemovals = (folder: string): readonly Removal[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): Removal => JSON.parse(line));
