import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const unprivileged = fileURLToPath(new URL('unprivileged.ts', import.meta.url));

/** Opens the store as a user who may not write there, does a run, and tells what it saw. */
export function openedUnprivileged(dir: string): unknown {
  const args = ['--conditions=@umbra/source', '--disable-warning=ExperimentalWarning', unprivileged, dir];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

/** Takes every right to write from a folder and what is in it, until disposed. */
export function protectedFolder(dir: string): Disposable {
  for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o444);
  chmodSync(dir, 0o555);
  return { [Symbol.dispose]: () => chmodSync(dir, 0o755) };
}
