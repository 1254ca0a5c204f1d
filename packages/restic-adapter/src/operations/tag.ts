import { decodeJsonLine, type Operation, textIn, UmbraError } from '@umbracore/contracts';
import type { SnapshotDocument } from '../decode/snapshot.ts';
import type { Call } from '../command.ts';
import { codeOfText } from '../messages.ts';
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
  // The first alone: where the storage lets none be changed, no copy is made of the others.
  for (const operands of [snapshots.slice(0, 1), snapshots.slice(1)].filter(({ length }) => length > 0)) {
    // A spool folder serves one engine only.
    const own = operands[0] === snapshots[0] ? operation : { ...operation, spool: undefined };
    await tagSome(restic, { name: 'tag', flags, operands }, stdout, own);
  }
  if (features.tagLines) return renamed;
  const after = await readSnapshots(restic, {}, operation);
  return new Map(snapshots.map((id) => [id, successorOf(id, before, after)]));
}

/** restic says 0 also when it could not change one because nothing may be removed: the changed copy is then beside it. */
async function tagSome(
  restic: Restic,
  call: Call,
  stdout: (line: string) => void,
  operation: Operation,
): Promise<void> {
  let refused: string | undefined;
  const stderr = (line: string): void => {
    const why = /^unable to modify the tags for snapshot ID [^,]*, ignoring: (.*)/.exec(line)?.[1];
    if (why !== undefined) refused ??= restic.mask(why);
  };
  restic.throwIfFailed(await restic.supervise(call, { stdout, stderr }, operation));
  if (refused === undefined) return;
  throw new UmbraError(
    codeOfText(refused, '') ?? 'repository.permission',
    `A snapshot of repository ${restic.name} could not be changed: ${refused}`,
    {
      hint: 'Check whether the storage allows deleting: a changed snapshot is a copy that takes the place of the old one.',
    },
  );
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
