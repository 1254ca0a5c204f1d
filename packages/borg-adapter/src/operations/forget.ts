import type { Operation } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { checkFullIds } from '../snapshot-ids.ts';
import { nameArgument, readNames } from './archives.ts';

/** Removes the listed archives in one step. Those that are gone already are passed over. */
export async function forget(borg: Borg, snapshots: readonly string[], operation: Operation): Promise<void> {
  checkFullIds(snapshots);
  // Without names borg would remove the whole repository.
  if (snapshots.length === 0) return;
  const { archives } = await readNames(borg, operation);
  const doomed = archives.filter(({ snapshot: { id } }) => snapshots.includes(id)).map(nameArgument);
  await remove(borg, doomed, operation);
}

/** The first name stands behind the location, so that borg can never take the call for one about the repository. */
export async function remove(borg: Borg, names: readonly string[], operation: Operation): Promise<void> {
  const [first, ...rest] = names;
  if (first === undefined) return;
  const call = { name: 'delete', archive: first, operands: rest };
  borg.throwIfFailed(await borg.supervise(call, {}, operation));
}
