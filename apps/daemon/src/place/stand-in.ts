import { createHash } from 'node:crypto';
import { join } from 'node:path';

export interface StandIn {
  readonly stateDir: string;
  /** A folder of this user for short-lived things, with a short name. */
  readonly scratchDir: string;
}

/** A short folder that stands for a path, always the same for the same one. */
export function standInFor(path: string, scratchDir: string): string {
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(scratchDir, `daemon-${name}`);
}
