import { resolve } from 'node:path';
import { UmbraError, type Snapshot } from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import type { RestoreRequest } from '@umbracore/runtime/restore';
import type { Action } from '../command.ts';
import type { RestoreFlags } from '../commands/restore.ts';
import { deletingFor, demandRoom } from '../doors/restore.ts';
import { findSnapshot, type FoundSnapshot } from '../refs/find-snapshot.ts';
import { agreedTo } from '../restore/agree.ts';
import { carryOn, carryOut } from '../restore/carry-out.ts';
import { newFolder } from '../restore/new-folder.ts';
import { discard, listRestores, undo } from '../restore/past.ts';
import { showPreview } from '../restore/show-preview.ts';
import type { Session } from '../session.ts';

export const action: Action<RestoreFlags> = async (session, [text, ...paths], flags) => {
  const asked = [flags.list === true, flags.undo, flags.resume, flags.discard, text].filter(
    (each) => each !== undefined && each !== false,
  );
  if (asked.length !== 1) throw unclear(asked.length);
  if (flags.list === true) return listRestores(session);
  if (flags.undo !== undefined) return undo(session, flags.undo);
  if (flags.resume !== undefined) return carryOn(session, flags.resume);
  if (flags.discard !== undefined) return discard(session, flags.discard);
  return restoreNew(session, text ?? '', paths, flags);
};

function unclear(count: number): UmbraError {
  const message = count === 0 ? 'what is to be restored?' : 'one thing at a time';
  return new UmbraError('usage.invalid', message, {
    hint: 'Give a ref (umbra help refs), or one of --list, --undo, --resume and --discard.',
  });
}

async function restoreNew(
  session: Session,
  text: string,
  paths: readonly string[],
  flags: RestoreFlags,
): Promise<number> {
  if (flags.inPlace === true && flags.to !== undefined) {
    throw new UmbraError('usage.invalid', '--to and --in-place exclude each other', { hint: 'Give one of them.' });
  }
  const found = await findSnapshot(session, text, flags.repository);
  const { restores } = await session.runtime();
  const { signal } = session.interrupt;
  const request = await requestOf(session, found, paths, flags);
  const before = flags.dryRun === true ? undefined : restores.unfinished(request);
  if (before?.state === 'moving') return carryOn(session, before.id, found.backend);
  const first = await restores.prepare(found.backend, request, { signal });
  if (session.verbosity >= 0 || flags.dryRun === true) showPreview(session, first);
  if (flags.dryRun === true) {
    demandRoom(first);
    return exitCodes.done;
  }
  const agreed = await agreedTo(session, first, flags);
  if (agreed === undefined) throw new UmbraError('run.cancelled', 'nothing was restored');
  const { mode } = agreed.request;
  // What was brought before is not brought again; what is in its place by now was just looked at.
  if (before !== undefined && mode === request.mode) return carryOn(session, before.id, found.backend);
  return carryOut(session, found.backend, agreed);
}

async function requestOf(
  session: Session,
  { ref, snapshot, repository }: FoundSnapshot,
  more: readonly string[],
  flags: RestoreFlags,
): Promise<RestoreRequest> {
  const { to, inPlace, include = [], exclude = [], overwrite = 'if-newer', verify = false, staged } = flags;
  if (staged !== undefined && verify) {
    throw new UmbraError('usage.invalid', '--staged and --verify exclude each other', {
      hint: 'Give --verify to `umbra helper restore`.',
    });
  }
  if (to === '') throw new UmbraError('usage.invalid', '--to is empty', { hint: 'Give a folder.' });
  const folder = to === undefined ? newFolder(session.cwd, `restored-${snapshot.shortId}`) : resolve(session.cwd, to);
  return {
    repository: repository.name,
    snapshot,
    wanted: { paths: [...(ref.path === undefined ? [] : [ref.path]), ...more], include, exclude },
    target: inPlace === true ? undefined : folder,
    mode: overwrite,
    verify,
    ...(staged === undefined ? {} : { broughtTo: resolve(session.cwd, staged) }),
    ...(await deleting(session, snapshot, flags)),
  };
}

async function deleting(
  session: Session,
  snapshot: Snapshot,
  { delete: deletes = false, maxDelete }: RestoreFlags,
): Promise<Pick<RestoreRequest, 'deletes'>> {
  if (!deletes && maxDelete === undefined) return {};
  if (!deletes) {
    throw new UmbraError('usage.invalid', '--max-delete goes with --delete', { hint: 'Give both, or neither.' });
  }
  return { deletes: { ...(await deletingFor(await session.runtime(), snapshot)), atMost: maxDelete } };
}
