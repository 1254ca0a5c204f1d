import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonNote } from '@umbracore/contracts';

/** What the daemon of a state folder wrote down when it began; undefined if there is nothing. It may have died since. */
export function readNote(stateDir: string): DaemonNote | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(join(stateDir, 'daemon.json'), 'utf8'));
    return isNote(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function isNote(value: unknown): value is DaemonNote {
  if (typeof value !== 'object' || value === null) return false;
  const { process: identity, socket, configFile }: Partial<Record<keyof DaemonNote, unknown>> = value;
  const isIdentity = typeof identity === 'object' && identity !== null && 'pid' in identity;
  return isIdentity && typeof socket === 'string' && (configFile === null || typeof configFile === 'string');
}
