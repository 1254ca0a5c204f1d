import {
  forgottenAt,
  isDatedAhead,
  toUmbraError,
  UmbraError,
  type Instant,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
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

/** Where and when one is looked for, by what was written. */
export interface Looking {
  readonly text: string;
  readonly repository: string;
  readonly now: Instant;
}

/** The only snapshot that fits, if there is one. Throws `snapshot.ambiguous`. */
export function selectOne(
  selector: Ref['selector'],
  snapshots: readonly Snapshot[],
  { text, repository, now }: Looking,
): Snapshot | undefined {
  const some = selector.type === 'id' ? snapshots : nameable(snapshots, now).those;
  const [snapshot, ...more] = selectSnapshots(selector, some);
  if (more.length === 0) return snapshot;
  throw new UmbraError('snapshot.ambiguous', `several snapshots in ${repository} start with "${text}"`, {
    hint: 'Give more characters of the id.',
  });
}

/**
 * Those that are found by something else than their id. What was marked to be removed is not: JOB@latest is what is to stay. Nor is
 * what is dated in the future, which is `ahead`, unless nothing else is there: then the clock of this machine is the one that is wrong.
 */
export function nameable(
  snapshots: readonly Snapshot[],
  now: Instant,
): { readonly those: readonly Snapshot[]; readonly ahead: readonly Snapshot[] } {
  const staying = snapshots.filter(({ tags }) => forgottenAt(tags) === undefined);
  const ahead = staying.filter((snapshot) => isDatedAhead(snapshot, now));
  if (ahead.length === staying.length) return { those: staying, ahead: [] };
  return { those: staying.filter((snapshot) => !isDatedAhead(snapshot, now)), ahead };
}

/** Those that a ref passed over because they are dated in the future. */
export const passedOver = (
  { selector }: Pick<Ref, 'selector'>,
  snapshots: readonly Snapshot[],
  now: Instant,
): readonly Snapshot[] => (selector.type === 'back' ? nameable(snapshots, now).ahead : []);

/** `ahead` are those that were passed over. */
export function absent(
  text: string,
  repositories: readonly RepositoryDefinition[],
  ahead: readonly Snapshot[],
): UmbraError {
  const places = repositories.map(({ name }) => name).join(', ');
  return new UmbraError('snapshot.absent', `there is no snapshot "${text}" in ${places}`, {
    hint: whereToLook(ahead),
  });
}

/** What to do where there is nothing; `ahead` are those that were passed over. */
export function whereToLook(ahead: readonly Snapshot[]): string {
  const are = 'Run `umbra snapshots` to see which there are';
  if (ahead.length === 0) return `${are}.`;
  return `${are}: ${ahead.length} dated in the future ${ahead.length === 1 ? 'is' : 'are'} passed over; name one by its id.`;
}
