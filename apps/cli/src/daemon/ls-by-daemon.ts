import type { LsDocument } from '@umbracore/runtime/documents';
import type { LsFlags } from '../commands/ls.ts';
import type { Session } from '../session.ts';
import { askDaemon } from './ask-daemon.ts';

/** A folder as the daemon has it in its catalog. All that is below one may be more than fits into one answer: that is for the call itself. */
export async function lsByDaemon(session: Session, ref: string, flags: LsFlags): Promise<LsDocument | undefined> {
  if (flags.recursive === true) return undefined;
  const { repository, offline } = flags;
  return await askDaemon<LsDocument>(session, '/v1/ls', { ref, repository, offline, catalogOnly: true });
}
