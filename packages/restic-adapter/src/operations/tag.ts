import { decodeJsonLine, type Operation, textIn } from '@umbracore/contracts';
import type { SnapshotDocument } from '../decode/snapshot.ts';
import type { Restic } from '../restic.ts';
import { checkFullIds } from '../snapshot-ids.ts';
import { checkTags } from '../tags.ts';
import { readSnapshots } from './snapshots.ts';

/** restic stores a changed snapshot anew, under a new id. One that needs no change keeps its own. */
export async function tag(
  restic: Restic,
  snapshots: readonly string[],
  add: readonly string[],
  remove: readonly string[],
  operation: Operation,
): Promise<ReadonlyMap<string, string>> {
  checkFullIds(snapshots);
  checkTags([...add, ...remove]);
  const renamed = new Map(snapshots.map((id) => [id, id]));
  // Without ids restic would tag everything.
  if (snapshots.length === 0 || add.length + remove.length === 0) return renamed;
  const { features } = await restic.program(operation);
  const before = features.tagLines ? [] : await readSnapshots(restic, {}, operation);
  const flags = [...add.map((name) => `--add=${name}`), ...remove.map((name) => `--remove=${name}`)];
  const stdout = (line: string): void => {
    const message = decodeJsonLine(line);
    if (message?.['message_type'] !== 'changed') return;
    const [from, to] = [textIn(message, 'old_snapshot_id'), textIn(message, 'new_snapshot_id')];
    if (from !== undefined && to !== undefined) renamed.set(from, to);
  };
  restic.throwIfFailed(await restic.supervise({ name: 'tag', flags, operands: snapshots }, { stdout }, operation));
  if (features.tagLines) return renamed;
  const after = await readSnapshots(restic, {}, operation);
  return new Map(snapshots.map((id) => [id, successorOf(id, before, after)]));
}

/** Before 0.18 restic tells only how many changed. The new snapshot names the first id of the old one. */
function successorOf(id: string, before: readonly SnapshotDocument[], after: readonly SnapshotDocument[]): string {
  if (after.some((snapshot) => snapshot.id === id)) return id;
  const old = before.find((snapshot) => snapshot.id === id);
  if (old === undefined) return id;
  const known = new Set(before.map((snapshot) => snapshot.id));
  const isSuccessor = (snapshot: SnapshotDocument): boolean =>
    !known.has(snapshot.id) &&
    snapshot.original === (old.original ?? id) &&
    snapshot.time === old.time &&
    snapshot.tree === old.tree;
  return after.find(isSuccessor)?.id ?? id;
}
