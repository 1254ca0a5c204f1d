import { lstatSync, opendirSync, statSync } from 'node:fs';
import type { SeenSource } from '@umbracore/contracts';
import { whoCouldReplace } from './owned-path.ts';
import { Refusal } from './refusal.ts';

/** What is seen of a source that the policy has. Throws a `Refusal` for one that somebody else could lead elsewhere. */
export function lookAt(path: string, us: number): SeenSource {
  refuseReplaceable(path, us);
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return { fact: { path, present: false, empty: false, device: null }, target: null };
  const { dev } = statSync(path);
  return { fact: { path, present: true, empty: facts.isDirectory() && isEmpty(path), device: dev }, target: path };
}

/**
 * With these rights a link could lead anywhere, and an engine opens by name what was looked at by name. So nobody but root may be
 * able to put anything else in the place of a source.
 */
export function refuseReplaceable(path: string, us: number): void {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const problem = isLink ? `${path} is a link` : whoCouldReplace(path, us);
  if (problem === undefined || problem.endsWith('is not there')) return;
  const hint = 'Let root name a real folder in the policy that only root can move, such as the whole home folder.';
  throw new Refusal(`Source ${path} could lead elsewhere: ${problem}`, hint);
}

function isEmpty(folder: string): boolean {
  try {
    const entries = opendirSync(folder, { bufferSize: 1 });
    try {
      return entries.readSync() === null;
    } finally {
      entries.closeSync();
    }
  } catch {
    return false;
  }
}
