import type { Ability, RepositoryDefinition, RepositoryName } from '@umbracore/contracts';
import type { CoordinatorPorts } from './ports.ts';

type Place = Pick<RepositoryDefinition, 'name' | 'backend'>;

export interface Repairing {
  /** A repository that has copies, or that it is copied from. */
  readonly from?: RepositoryName | undefined;
  /** What the backend can, where it is open. */
  readonly supports?: ReadonlySet<Ability> | undefined;
}

/** The command that mends a repository, with the help of a copy if one is known; see `repairCommand`. */
export const mendCommand = (
  { damage }: Pick<CoordinatorPorts, 'damage'>,
  repository: Place,
  supports?: ReadonlySet<Ability>,
): string | undefined =>
  damage === undefined ? repairCommand(repository, { supports }) : damage.mendCommand(repository, supports);

/**
 * borg itself mends a repository as a whole, and takes nothing `from` others. Undefined where the backend cannot repair, as far as is
 * known: what the one of a plug-in supports is known as long as it is open.
 */
export function repairCommand({ name, backend }: Place, { from, supports }: Repairing = {}): string | undefined {
  if (backend === 'borg') return `umbra borg ${name} -- check --repair`;
  if (!(supports?.has('repair') ?? backend === 'restic')) return undefined;
  return `umbra repo repair ${name} --read all${from === undefined ? '' : ` --from ${from}`}`;
}
