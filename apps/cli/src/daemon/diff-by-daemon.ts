import type { DiffDocument } from '@umbracore/runtime/documents';
import type { DiffFlags } from '../commands/diff.ts';
import type { Session } from '../session.ts';
import { askDaemon } from './ask-daemon.ts';

/** What differs, as the daemon has it in its catalog. */
export async function diffByDaemon(
  session: Session,
  refs: readonly string[],
  flags: DiffFlags,
): Promise<DiffDocument | undefined> {
  const { job, repository, path, offline, only, stat, metadata, bytes } = flags;
  const wanted = { ref: refs, job, repository, path, offline, only, stat, metadata, bytes, catalogOnly: true };
  return await askDaemon<DiffDocument>(session, '/v1/diff', wanted);
}
