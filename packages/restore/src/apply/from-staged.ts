import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { UmbraError, type RestoreResult, type UnreadableItem } from '@umbracore/contracts';

/** So many paths go into one command line. */
const atOnce = 200;

/**
 * Brings what somebody with more rights has restored into a folder already, with owners and modes, instead of having an engine do
 * it again. What is not there counts as failed.
 */
export async function fromStaged(
  folder: string,
  { target, include }: { readonly target: string; readonly include: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<RestoreResult> {
  refuseOpen(folder);
  mkdirSync(target, { recursive: true });
  const failed: UnreadableItem[] = [];
  const there: string[] = [];
  for (const path of include.length === 0 ? ['/'] : include) {
    const reason = problemAt(folder, path);
    if (reason === undefined) there.push(`.${path}`);
    else failed.push({ path: join(target, path), reason });
  }
  for (let from = 0; from < there.length; from += atOnce) {
    signal?.throwIfAborted();
    await copy(folder, there.slice(from, from + atOnce), target, signal);
  }
  return { filesRestored: there.length, bytesRestored: 0, filesSkipped: 0, failed, failedCount: failed.length };
}

/** Throws `restore.target` for a folder into which others could have put anything. */
export function refuseOpen(folder: string): void {
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  if (facts?.isDirectory() === true && (facts.mode & 0o022) === 0) return;
  throw new UmbraError('restore.target', `${folder} is no folder that only its owner can write`, {
    hint: 'Give the one that `umbra helper restore` has told.',
  });
}

/** A link above would lead to what was never restored. */
function problemAt(folder: string, path: string): string | undefined {
  if (lstatSync(join(folder, path), { throwIfNoEntry: false }) === undefined)
    return 'it was not restored into the folder';
  for (let above = dirname(path); above !== '/'; above = dirname(above))
    if (!lstatSync(join(folder, above)).isDirectory()) return `${above} is no folder there`;
  return undefined;
}

/** With all that the file system knows of each, links as links; folders above come along with what they have. */
async function copy(
  folder: string,
  paths: readonly string[],
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await promisify(execFile)('cp', ['--archive', '--parents', '--', ...paths, target], { cwd: folder, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const said =
      cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n').at(-1) : undefined;
    throw new UmbraError('restore.target', `What is in ${folder} could not be copied: ${said ?? String(cause)}`, {
      hint: 'Run it as root, and make room where it is restored to.',
      cause,
    });
  }
}
