import type { SnapshotsDocument } from '@umbracore/runtime/documents';
import type { SnapshotsFlags } from '../commands/snapshots.ts';
import type { Session } from '../session.ts';
import { askDaemon } from './ask-daemon.ts';

/** The snapshots as the daemon lists them. */
export const snapshotsByDaemon = (
  session: Session,
  job: string | undefined,
  flags: SnapshotsFlags,
): Promise<SnapshotsDocument | undefined> => askDaemon<SnapshotsDocument>(session, '/v1/snapshots', { job, ...flags });
