import type {
  Configuration,
  Operation,
  Repositories,
  RepositoryDefinition,
  RepositoryFacts,
} from '@umbracore/contracts';
import { withOwnPassword } from '../passwords/own-password.ts';
import { repositoryNamed } from '../status/names.ts';

export interface CreateSources {
  readonly configuration: Configuration;
  readonly repositories: Repositories;
  readonly paths: { readonly secretDir: string };
}

export interface CreatedRepository {
  readonly facts: RepositoryFacts;
  /** Undefined if the password was there before. */
  readonly passwordFile: string | undefined;
}

/**
 * Makes a repository where its definition says, and a password for it if it has none and no other place for it is named.
 * `sameChunkerAs`: another one, whose parameters it gets; absent: the one that its definition names, if it does.
 */
export async function createRepository(
  { configuration, repositories, paths: { secretDir } }: CreateSources,
  definition: RepositoryDefinition,
  { sameChunkerAs }: { readonly sameChunkerAs?: string | undefined } = {},
  operation: Operation = {},
): Promise<CreatedRepository> {
  const alike = sameChunkerAs ?? definition.sameChunkerAs;
  const like = alike === undefined ? undefined : repositoryNamed(configuration, alike);
  const create = (): Promise<RepositoryFacts> => repositories.create(definition, operation, like);
  const { result: facts, passwordFile } = await withOwnPassword(secretDir, definition, create);
  return { facts, passwordFile };
}
