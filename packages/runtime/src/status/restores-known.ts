import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** So many restores left a record, whatever became of them. Reads none of them. */
export function restoresKnown(stateDir: string): number {
  try {
    return readdirSync(join(stateDir, 'restores')).filter((name) => name.startsWith('x-')).length;
  } catch {
    return 0;
  }
}
