import type { RepositoryDefinition, RepositoryName } from '@umbracore/contracts';
import type { CoordinatorPorts } from './ports.ts';

type Place = Pick<RepositoryDefinition, 'name' | 'backend'>;

/** The command that mends a repository, with the help of a copy if one is known. */
export const mendCommand = ({ damage }: Pick<CoordinatorPorts, 'damage'>, repository: Place): string =>
  damage?.mendCommand(repository) ?? repairCommand(repository);

/** borg itself mends a repository as a whole, and takes nothing `from` others. */
export function repairCommand({ name, backend }: Place, from?: RepositoryName): string {
  if (backend === 'borg') return `umbra borg ${name} -- check --repair`;
  return `umbra repo repair ${name} --read all${from === undefined ? '' : ` --from ${from}`}`;
}
