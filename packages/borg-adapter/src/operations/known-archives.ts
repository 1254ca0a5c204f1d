import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Borg } from '../borg.ts';
import type { ArchiveList } from './archives.ts';

interface Known {
  readonly state: string;
  readonly list: ArchiveList;
}

const known = new WeakMap<Borg, Known>();

/**
 * The list of archives as long as nothing was written to the repository since it was asked for, so that who reads file after file does
 * not ask before each. Only on this machine can that be seen: every transaction of borg leaves another index.
 */
export async function listOnce(borg: Borg, ask: () => Promise<ArchiveList>): Promise<ArchiveList> {
  const state = await stateOf(borg);
  const before = known.get(borg);
  if (state !== undefined && before?.state === state) return before.list;
  const list = await ask();
  if (state === undefined || (await stateOf(borg)) !== state) known.delete(borg);
  else known.set(borg, { state, list });
  return list;
}

async function stateOf({ location }: Borg): Promise<string | undefined> {
  if (location.kind === 'remote') return undefined;
  try {
    const [index, ...more] = (await readdir(location.path)).filter((name) => /^index\.\d+$/.test(name));
    if (index === undefined || more.length > 0) return undefined;
    const { mtimeMs, ino } = await stat(join(location.path, index));
    return `${index} ${mtimeMs} ${ino}`;
  } catch {
    return undefined;
  }
}
