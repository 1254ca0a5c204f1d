import { statfs } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { ConditionKind } from '@umbracore/contracts';
import { condition, refusal, type Seen } from './condition.ts';
import type { Machine } from './machine.ts';
import { sizeOf, sizeText } from './size-text.ts';

interface Wanted {
  readonly path: string;
  readonly bytes: number;
}

/** `freeSpace: { /mnt/backup: 20GiB }`: at least so much can be written to each path by an ordinary user. */
export function freeSpaceCondition(machine: Pick<Machine, 'clock'>): ConditionKind {
  const free = sharedQuestions(freeBytes);
  return condition(machine.clock, {
    kind: 'freeSpace',
    deadlineMs: 5000,
    parse: wantedIn,
    async look(wanted) {
      const seen = await Promise.all(wanted.map(async (one) => seenOf(one, await free(one.path))));
      const short = seen.filter(({ met }) => !met);
      const telling = short.length === 0 ? seen : short;
      return { met: short.length === 0, text: telling.map(({ text }) => text).join('; ') };
    },
  });
}

/** What an ordinary user may still write; undefined if the path is not there. */
async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function seenOf({ path, bytes }: Wanted, free: number | undefined): Seen {
  if (free === undefined) return { met: false, text: `${path} is not there` };
  const met = free >= bytes;
  return { met, text: `${path} has ${sizeText(free)} free${met ? '' : `, ${sizeText(bytes)} wanted`}` };
}

/**
 * Asks for each path once at a time: a question about a dead file server never comes back and occupies one of the few threads
 * that Node has for files, so it must not be asked again and again.
 */
export function sharedQuestions<T>(ask: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (path) => {
    const answer = asked.get(path) ?? ask(path).finally(() => asked.delete(path));
    asked.set(path, answer);
    return answer;
  };
}

function wantedIn(options: unknown): readonly Wanted[] {
  const entries =
    typeof options === 'object' && options !== null && !Array.isArray(options) ? Object.entries(options) : [];
  if (entries.length === 0) throw notUnderstood('is no map of paths to sizes');
  return entries.map(([path, size]) => {
    const bytes = sizeOf(size);
    if (!isAbsolute(path)) throw notUnderstood(`has the path ${path}, which is not absolute`);
    if (bytes === undefined) throw notUnderstood(`has no size for ${path}`);
    return { path, bytes };
  });
}

const notUnderstood = (what: string) => refusal('freeSpace', what, 'write freeSpace: { /mnt/backup: 20GiB }');
