import { snapshotsDocument, type SnapshotsDocument } from '@umbracore/runtime/documents';
import { listSnapshots, repositoriesFor } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { SnapshotsFlags } from '../commands/snapshots.ts';
import { snapshotsByDaemon } from '../daemon/snapshots-by-daemon.ts';
import type { Session } from '../session.ts';
import { answerSnapshots } from '../snapshots/answer-snapshots.ts';

export const action: Action<SnapshotsFlags> = async (session, [job], flags) =>
  answerSnapshots(session, (await snapshotsByDaemon(session, job, flags)) ?? (await listHere(session, job, flags)));

async function listHere(session: Session, job: string | undefined, flags: SnapshotsFlags): Promise<SnapshotsDocument> {
  const runtime = await session.runtime();
  const { repository, tag: tags, ...others } = flags;
  const repositories = repositoriesFor(runtime.configuration, job, repository);
  const { signal } = session.interrupt;
  return snapshotsDocument(await listSnapshots(runtime, { ...others, repositories, job, tags, signal }));
}
