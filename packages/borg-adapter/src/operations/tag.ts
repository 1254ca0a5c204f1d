import type { Operation } from '@umbracore/contracts';
import { baseOf, checkTags, renamed } from '../archive-identity.ts';
import type { Borg } from '../borg.ts';
import type { Archive } from '../decode/archive.ts';
import { verbatim } from '../location.ts';
import { checkFullIds } from '../snapshot-ids.ts';
import { readArchives } from './archives.ts';

/** A changed tag is another name of the archive, which gets another id by it. One that needs no change keeps its own. */
export async function tag(
  borg: Borg,
  snapshots: readonly string[],
  add: readonly string[],
  remove: readonly string[],
  { spool: _spool, ...operation }: Operation,
): Promise<ReadonlyMap<string, string>> {
  checkFullIds(snapshots);
  checkTags([...add, ...remove]);
  const before = (await readArchives(borg, operation)).archives.filter(({ snapshot }) =>
    snapshots.includes(snapshot.id),
  );
  const names = new Map<string, string>();
  for (const archive of before) {
    const next = nextName(archive, add, remove);
    if (next === undefined) continue;
    const call = { name: 'rename', archive: archive.name, operands: [verbatim(next)] };
    borg.throwIfFailed(await borg.supervise(call, {}, operation));
    names.set(next, archive.snapshot.id);
  }
  const ids = new Map(snapshots.map((id) => [id, id]));
  if (names.size === 0) return ids;
  for (const { name, snapshot } of (await readArchives(borg, operation)).archives) {
    const was = names.get(name);
    if (was !== undefined) ids.set(was, snapshot.id);
  }
  return ids;
}

/** Undefined if it has these tags already. */
function nextName(archive: Archive, add: readonly string[], remove: readonly string[]): string | undefined {
  const { name, snapshot, bornTags } = archive;
  const kept = snapshot.tags.filter((each) => !remove.includes(each));
  const tags = [...kept, ...add.filter((each) => !kept.includes(each))];
  if (isSame(tags, snapshot.tags)) return undefined;
  return isSame(tags, bornTags) ? baseOf(name) : renamed(name, snapshot.original ?? snapshot.id, tags);
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((each) => others.includes(each));
