import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder beside whose content borg keeps its lock. */
export interface LockPlace {
  readonly name: 'repository' | 'cache';
  readonly folder: string;
}

/** A lock as it lies on the disk: who has the folder for itself, or one of those that read in it. */
export interface FoundLock {
  /** Tells it from every other one. */
  readonly id: string;
  /** The host id of whoever made it. */
  readonly host: string;
  readonly pid: number;
  readonly thread: number;
  readonly exclusive: boolean;
  /** When its file was last written: it is never younger than that. */
  readonly createdAt: number;
}

type Holder = readonly [host: string, pid: number, thread: number];

const exclusiveAt = ({ folder }: LockPlace): string => join(folder, 'lock.exclusive');
const rosterAt = ({ folder }: LockPlace): string => join(folder, 'lock.roster');

/** Nothing is asked of borg: the files say who has what (format of 1.x). */
export async function readLockFiles(place: LockPlace): Promise<readonly FoundLock[]> {
  const names = await readdir(exclusiveAt(place)).catch(absentIs<string[]>([]));
  const alone = await Promise.all(names.map((name) => exclusiveLock(place, name)));
  const { roster, writtenAt } = await readRoster(place);
  const shared = holdersIn(roster['shared']).map((holder) => found(place, holder, false, writtenAt));
  return [...alone.flatMap((lock) => lock ?? []), ...shared];
}

/** The file of one that has the place for itself is named `HOST.PID-THREAD`, the thread in hexadecimal. */
async function exclusiveLock(place: LockPlace, name: string): Promise<FoundLock | undefined> {
  const [, host, pid, thread] = /^(.+)\.(\d+)-([0-9a-f]+)$/.exec(name) ?? [];
  if (host === undefined || pid === undefined || thread === undefined) return undefined;
  const facts = await stat(join(exclusiveAt(place), name)).catch(absentIs(undefined));
  return facts && found(place, [host, Number(pid), Number.parseInt(thread, 16)], true, facts.mtimeMs);
}

const found = (place: LockPlace, [host, pid, thread]: Holder, exclusive: boolean, createdAt: number): FoundLock => ({
  id: idOf([place.name, String(exclusive), host, String(pid), String(thread)]),
  host,
  pid,
  thread,
  exclusive,
  createdAt: Math.floor(createdAt),
});

const idOf = (facts: readonly string[]): string =>
  createHash('sha256').update(facts.join('\0')).digest('hex').slice(0, 16);

type Roster = Readonly<Record<string, unknown>>;

async function readRoster(place: LockPlace): Promise<{ readonly roster: Roster; readonly writtenAt: number }> {
  try {
    const facts = await stat(rosterAt(place));
    const roster: unknown = JSON.parse(await readFile(rosterAt(place), 'utf8'));
    const isRoster = typeof roster === 'object' && roster !== null;
    return { roster: isRoster ? { ...roster } : {}, writtenAt: facts.mtimeMs };
  } catch {
    // There is none, or it is empty or broken: borg takes both for one without entries.
    return { roster: {}, writtenAt: 0 };
  }
}

const holdersIn = (value: unknown): readonly Holder[] =>
  Array.isArray(value)
    ? value.flatMap((one: unknown): readonly Holder[] => {
        if (!Array.isArray(one)) return [];
        const [host, pid, thread]: unknown[] = one;
        const isHolder = typeof host === 'string' && typeof pid === 'number' && typeof thread === 'number';
        return isHolder ? [[host, pid, thread]] : [];
      })
    : [];

/**
 * Removes exactly these, in the way borg does it: the file of one that was alone, and the entries of those that read, with the
 * place taken for the moment in which the entries are written. False if somebody else has the place by then.
 */
export async function removeLockFiles(place: LockPlace, doomed: ReadonlySet<string>, self: Holder): Promise<boolean> {
  const present = (await readLockFiles(place)).filter(({ id }) => doomed.has(id));
  if (present.length === 0) return true;
  for (const lock of present.filter(({ exclusive }) => exclusive)) {
    await unlink(join(exclusiveAt(place), fileName([lock.host, lock.pid, lock.thread]))).catch(absentIs(undefined));
    // Not empty: another one has it.
    await rmdir(exclusiveAt(place)).catch(() => undefined);
  }
  return strikeOut(place, present, self);
}

const fileName = ([host, pid, thread]: Holder): string => `${host}.${pid}-${thread.toString(16)}`;

async function strikeOut(place: LockPlace, gone: readonly FoundLock[], self: Holder): Promise<boolean> {
  const isNeeded = gone.some(({ exclusive }) => !exclusive);
  const draft = await mkdtemp(join(place.folder, 'lock.exclusive.umbra-'));
  await writeFile(join(draft, fileName(self)), '');
  try {
    await rename(draft, exclusiveAt(place));
  } catch {
    await rm(draft, { recursive: true, force: true });
    return !isNeeded;
  }
  try {
    const { roster } = await readRoster(place);
    const stays = ([host, pid, thread]: Holder): boolean =>
      !gone.some((lock) => lock.host === host && lock.pid === pid && lock.thread === thread);
    const [shared, exclusive] = ['shared', 'exclusive'].map((key) => holdersIn(roster[key]).filter(stays));
    if (shared?.length === 0 && exclusive?.length === 0) await rm(rosterAt(place), { force: true });
    else await writeFile(rosterAt(place), JSON.stringify({ shared, exclusive }));
    return true;
  } finally {
    await rm(exclusiveAt(place), { recursive: true, force: true });
  }
}

const absentIs =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead;
    throw error;
  };
