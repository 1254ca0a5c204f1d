import { existsSync } from 'node:fs';

const shell = '/bin/sh';

/** So many turns of the event loop are enough for what a living disk was asked; they take some milliseconds. */
const turns = 2000;

/** Gives what the file system was asked the time to come back, so that the process can end in the usual way. */
export async function untilAnswered(): Promise<void> {
  for (let turn = 0; isAsking() && turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/**
 * Ends the process at once, with this exit code. Node's own end waits for every question to the file system, and one about a dead
 * file server never comes back: the process then gives its place to a shell that ends, which waits for nobody.
 */
export function endProcess(code: number): never {
  if (isAsking() && process.execve !== undefined && existsSync(shell)) {
    process.execve(shell, ['sh', '-c', `exit ${code}`], process.env);
  }
  process.exit(code);
}

const isAsking = (): boolean => process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
