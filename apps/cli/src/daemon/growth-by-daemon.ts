import type { GrowthDocument } from '@umbracore/runtime/documents';
import type { GrowthFlags } from '../commands/growth.ts';
import type { Session } from '../session.ts';
import { askDaemon } from './ask-daemon.ts';

/** How folders grew, as the daemon has it in its catalog. */
export async function growthByDaemon(
  session: Session,
  refs: readonly string[],
  flags: GrowthFlags,
): Promise<GrowthDocument | undefined> {
  const { job, repository, path, limit, offline } = flags;
  const wanted = { ref: refs, job, repository, path, limit, offline, catalogOnly: true };
  return await askDaemon<GrowthDocument>(session, '/v1/growth', wanted);
}
