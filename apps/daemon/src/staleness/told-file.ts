import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../place/write-atomically.ts';
import type { ToldStale } from './stale-changes.ts';

const fileIn = (stateDir: string): string => join(stateDir, 'stale.json');

/** What an earlier daemon told. Nothing that can be read is as good as nothing: then it is told once more. */
export function readTold(stateDir: string): ToldStale {
  try {
    const value: unknown = JSON.parse(readFileSync(fileIn(stateDir), 'utf8'));
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  } catch {
    return new Map();
  }
}

export const writeTold = (stateDir: string, told: ToldStale): void =>
  writeAtomically(fileIn(stateDir), `${JSON.stringify(Object.fromEntries(told))}\n`);
