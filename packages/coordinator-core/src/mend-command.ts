import type { RepositoryName } from '@umbracore/contracts';
import type { CoordinatorPorts } from './ports.ts';

/** The command that mends a repository, with the help of a copy if one is known. */
export const mendCommand = ({ damage }: Pick<CoordinatorPorts, 'damage'>, repository: RepositoryName): string =>
  damage?.mendCommand(repository) ?? `umbra repo repair ${repository} --read all`;
