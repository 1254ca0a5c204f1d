import type { Operation, RepositoryFacts } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { readRepository } from './archives.ts';

const deadlineMs = 60_000;

/** The only format that borg 1.x has. */
export const format = 1;

/** Opens the repository with the password. */
export async function open(borg: Borg, operation: Operation): Promise<RepositoryFacts> {
  const { repositoryId } = await readRepository(borg, operation, deadlineMs);
  return { id: repositoryId, format };
}
