import type { Operation, RepositoryFacts } from '@umbracore/contracts';
import type { Restic } from '../restic.ts';
import { format } from './create.ts';
import { open } from './open.ts';

/** From format 1, which knows no compression. restic keeps a copy of the old `config` until it is done. */
export async function upgrade(restic: Restic, operation: Operation): Promise<RepositoryFacts> {
  const before = await open(restic, operation);
  if (before.format >= format) return before;
  const call = { name: 'migrate', json: false, operands: ['upgrade_repo_v2'] };
  restic.throwIfFailed(await restic.supervise(call, {}, operation));
  return open(restic, operation);
}
