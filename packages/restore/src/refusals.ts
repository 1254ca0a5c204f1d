import { UmbraError } from '@umbracore/contracts';
import type { RestoreRecord } from './journal/record.ts';
import type { PreparedRestore } from './prepare.ts';
import { unwritable } from './target/writable.ts';

/** Throws `usage.confirmation-needed` if more would be removed than anybody may expect. */
export function demandExpected({ request, plan, removesAtMost }: PreparedRestore): void {
  const { remove } = plan.counts;
  if (remove <= removesAtMost) return;
  const most = request.deletes?.atMost === undefined ? 'more than the snapshot has' : 'more than may be';
  throw new UmbraError(
    'usage.confirmation-needed',
    `${remove} ${remove === 1 ? 'file' : 'files'} would be removed, ${most}: ${removesAtMost}`,
    {
      hint: 'Look at the preview, and say how many may go (--max-delete).',
      context: { remove, removesAtMost },
    },
  );
}

/** Throws `restore.target` if something is in the way, nothing can be written, or there is no room. */
export function demandRoom({ obstacles, unwritable: refused, stages }: PreparedRestore): void {
  const [first] = obstacles;
  if (first !== undefined) {
    const others = obstacles.length === 1 ? '' : ` (and ${obstacles.length - 1} more)`;
    const what = first.what === 'link' ? 'a link, and a restore follows none' : `a ${first.what}, which is in the way`;
    throw new UmbraError('restore.target', `${first.path} is ${what}${others}`, {
      hint: 'Move it away, leave out what is below it, or restore into a new folder with --to.',
      context: { obstacles },
    });
  }
  if (refused !== undefined) throw unwritable(refused);
  for (const { bytes, freeBytes, places } of stages) {
    if (bytes <= freeBytes) continue;
    const mib = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
    const message = `The restore needs ${mib(bytes)} near ${places[0] ?? '/'}, and ${mib(freeBytes)} are free`;
    throw new UmbraError('restore.target', message, {
      hint: 'Make room, restore less, or restore elsewhere with --to.',
    });
  }
}

/** To go on would put nothing in place, and call it done. */
export const goneWithout = ({ id }: RestoreRecord, folder: string): UmbraError =>
  new UmbraError('restore.incomplete', `the restore ${id} cannot go on: ${folder} is gone, with what it had brought`, {
    hint: `Give it up (umbra restore --discard ${id}) and begin a new one.`,
    context: { folder },
  });

export const notOpen = ({ id, state }: RestoreRecord): UmbraError =>
  new UmbraError('usage.invalid', `the restore ${id} is ${state}: there is nothing to go on with`, {
    hint: 'Begin a new one.',
  });

/** Throws `usage.invalid` for what cannot be taken back. */
export function demandUndoable({ id, state, undoable, target }: RestoreRecord): void {
  if (state === 'staging' || (undoable && state !== 'undone' && state !== 'discarded')) return;
  const why = undoable
    ? `is ${state} already`
    : target === null
      ? 'cannot be taken back: it replaced nothing, or that is not kept any more'
      : 'made a new folder';
  throw new UmbraError('usage.invalid', `the restore ${id} ${why}`, {
    hint: undoable || target === null ? 'See which can be: umbra restore --list' : `Remove that folder: ${target}`,
  });
}
