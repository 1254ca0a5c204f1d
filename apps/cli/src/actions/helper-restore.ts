import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UmbraError, type Backend, type RestoreResult, type Snapshot } from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { HelperRestoreFlags } from '../commands/helper.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { operationView } from '../progress/operation-view.ts';
import { findSnapshot } from '../refs/find-snapshot.ts';
import { candidatePaths, entriesBelow } from '../doors/restore.ts';
import type { Session } from '../session.ts';

/** Restores through the privileged program. It ends with this call: nobody would see to the rest. */
export const action: Action<HelperRestoreFlags> = async (session, [text = '', ...paths], flags) => {
  const { exclude = [], verify = false } = flags;
  const { ref, snapshot, repository, backend } = await findSnapshot(session, text, flags.repository);
  const { privileged, paths: places } = await session.runtime();
  if (!backend.supports.has('privileged')) {
    throw new UmbraError(
      'backend.unsupported',
      `${repository.name} cannot be restored through the privileged program`,
      {
        hint: 'Restore it with `umbra restore`, as root if the owners matter.',
      },
    );
  }
  const include: string[] = [];
  for (const path of [...(ref.path === undefined ? [] : [ref.path]), ...paths])
    include.push(await placeIn(backend, snapshot, path, session.interrupt.signal));
  const spool = join(places.scratchDir, `restore-${randomUUID()}`);
  const view = operationView(session, `restoring ${snapshot.shortId} with owners`);
  try {
    const spec = { snapshot: snapshot.id, target: '', include, exclude, overwrite: 'never', verify } as const;
    const result = await backend.restore(spec, {
      spool,
      orphanPolicy: 'die',
      signal: session.interrupt.signal,
      privileged: privileged.engines(repository.name, ''),
      report: (progress) => view.show(progress),
    });
    view.close();
    return tell(session, { repository: repository.name, snapshot: snapshot.id }, result);
  } finally {
    view.close();
    await rm(spool, { recursive: true, force: true });
  }
};

/** The first place that a path may mean at which the snapshot has something. Throws `usage.invalid`. */
async function placeIn(backend: Backend, snapshot: Snapshot, path: string, signal: AbortSignal): Promise<string> {
  for (const place of candidatePaths(path, snapshot.paths)) {
    for await (const _ of entriesBelow(backend, snapshot.id, place, { signal })) return place;
  }
  throw new UmbraError('usage.invalid', `Snapshot ${snapshot.shortId} has no ${path}`, {
    hint: 'See what it has with `umbra ls`.',
  });
}

function tell(
  session: Session,
  what: { readonly repository: string; readonly snapshot: string },
  { target = '', filesRestored, bytesRestored, failed, failedCount }: RestoreResult,
): number {
  if (session.json)
    session.document('helper-restore', { ...what, target, filesRestored, bytesRestored, failedCount, failed });
  const { style } = session.stdout;
  const sign = failedCount > 0 ? style.yellow(session.signs.attention) : style.green(session.signs.good);
  session.say(`${sign} restored ${formatQuantity(filesRestored, 'file')}, ${formatSize(bytesRestored)}`);
  session.say(`  in ${printable(target)}`);
  for (const { path, reason } of failed.slice(0, 20))
    session.say(`  ${style.red(printable(path))}  ${printable(reason)}`);
  session.notice(
    `Only root, or the user of umbra-helper, may look into it. To put it in place, after a preview and so that it can be taken back, as root: umbra restore ${what.snapshot.slice(0, 8)} --in-place --staged ${printable(target)}`,
  );
  return failedCount > 0 ? exitCodes.failed : exitCodes.done;
}
