import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import type { Source, SourceFact } from '@umbracore/contracts';

export interface LookedAt {
  readonly facts: readonly SourceFact[];
  /** What the engine is given: the sources that exist, links resolved. */
  readonly paths: readonly string[];
}

/**
 * Looks at each source just before an attempt. Never throws: what cannot be seen counts as missing. Waits as long as the
 * file system does, so the caller brings the deadline.
 */
export async function lookAtSources(sources: readonly Source[]): Promise<LookedAt> {
  const looked: Looked[] = [];
  // One after the other: a dead file server holds a thread for each path that is asked for, and Node has few of them.
  for (const { path, program } of sources) looked.push(program === undefined ? await lookOnce(path) : asFile(path));
  return {
    facts: looked.map(({ fact }) => fact),
    paths: looked.flatMap(({ target }) => (target === undefined ? [] : [target])),
  };
}

/** What a program writes is wherever the program is. */
const asFile = (path: string): Looked => ({
  fact: { path, present: true, empty: false, device: null },
  target: path,
});

interface Looked {
  readonly fact: SourceFact;
  readonly target: string | undefined;
}

/** Shares the answer with whoever asks for the same path meanwhile: a look that never comes back is not begun again. */
export function sharedLooks(look: (path: string) => Promise<Looked>): (path: string) => Promise<Looked> {
  const underWay = new Map<string, Promise<Looked>>();
  return (path) => {
    const answer = underWay.get(path) ?? look(path).finally(() => underWay.delete(path));
    underWay.set(path, answer);
    return answer;
  };
}

const lookOnce = sharedLooks(lookAt);

async function lookAt(path: string): Promise<Looked> {
  try {
    // restic saves a source that is a link as the link itself (all versions): without this, `~/Documents` pointing to
    // another disk would give a snapshot of one entry and exit code 0.
    const target = (await lstat(path)).isSymbolicLink() ? await realpath(path) : path;
    const { dev, ...seen } = await stat(target).then((stats) => ({ dev: stats.dev, folder: stats.isDirectory() }));
    const empty = seen.folder && (await isEmpty(target));
    return { fact: { path, present: true, empty, device: dev }, target };
  } catch {
    return { fact: { path, present: false, empty: false, device: null }, target: undefined };
  }
}

/** A folder that may not be opened is not called empty: the engine will report it as unreadable. */
async function isEmpty(folder: string): Promise<boolean> {
  try {
    const entries = await opendir(folder, { bufferSize: 1 });
    try {
      return (await entries.read()) === null;
    } finally {
      await entries.close();
    }
  } catch {
    return false;
  }
}
