import { forgottenAt, toUmbraError, UmbraError, type RepositoryDefinition, type Snapshot } from '@umbracore/contracts';
import { selectSnapshots, type Ref } from './ref.ts';

/**
 * Goes through repositories until `choose` finds what it looks for in one. Undefined if it does in none; throws what kept it
 * from looking, or what `choose` threw, if that happened in one of them.
 */
export async function findFirst<Place, Found>(
  repositories: readonly RepositoryDefinition[],
  look: (repository: RepositoryDefinition) => Promise<Place>,
  choose: (place: Place) => Found | undefined,
): Promise<(Place & { readonly found: Found }) | undefined> {
  let failure: UmbraError | undefined;
  for (const repository of repositories) {
    try {
      const place = await look(repository);
      const found = choose(place);
      if (found !== undefined) return { ...place, found };
    } catch (error) {
      // One repository out of reach must not hide a snapshot that another one holds.
      if (repositories.length === 1) throw error;
      failure ??= toUmbraError(error);
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

/** The only snapshot that fits, if there is one. Throws `snapshot.ambiguous`. */
export function selectOne(
  selector: Ref['selector'],
  snapshots: readonly Snapshot[],
  { text, repository }: { readonly text: string; readonly repository: string },
): Snapshot | undefined {
  // What was marked to be removed is found by its id alone: JOB@latest is what is to stay.
  const some = selector.type === 'id' ? snapshots : snapshots.filter(({ tags }) => forgottenAt(tags) === undefined);
  const [snapshot, ...more] = selectSnapshots(selector, some);
  if (more.length === 0) return snapshot;
  throw new UmbraError('snapshot.ambiguous', `several snapshots in ${repository} start with "${text}"`, {
    hint: 'Give more characters of the id.',
  });
}

export function absent(text: string, repositories: readonly RepositoryDefinition[]): UmbraError {
  const places = repositories.map(({ name }) => name).join(', ');
  return new UmbraError('snapshot.absent', `there is no snapshot "${text}" in ${places}`, {
    hint: 'Run `umbra snapshots` to see which there are.',
  });
}
