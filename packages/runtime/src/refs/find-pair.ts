import {
  UmbraError,
  type Configuration,
  type Instant,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
import { knownSnapshots, type KnownSnapshots, type ReachOptions } from '../search/known-snapshots.ts';
import { repositoriesFor } from '../status/names.ts';
import { choosePair, ofJob, type Pair, type WrittenRef } from './choose-pair.ts';
import { absent, findFirst, passedOver } from './find-first.ts';
import type { RefReach } from './find-readable.ts';
import { parseRef } from './ref.ts';

/** Two snapshots to compare, and the path to which that is confined. */
export interface FoundPair extends KnownSnapshots, Pair {
  /** As it was given. */
  readonly path: string | undefined;
}

export interface PairOptions extends ReachOptions {
  readonly job?: string | undefined;
  readonly repository?: string | undefined;
  readonly path?: string | undefined;
}

/** Takes the first repository that holds both. Throws `usage.*`, `snapshot.absent`, `snapshot.ambiguous`. */
export async function findPair(reach: RefReach, texts: readonly string[], options: PairOptions): Promise<FoundPair> {
  const { configuration } = reach;
  const read = texts.map((text) => ({ text, ref: parseRef(text) }));
  const path = onlyPath([...read.map(({ ref }) => ref.path), options.path]);
  const job = options.job ?? (texts.length === 0 ? onlyJob(configuration) : undefined);
  const refs = read.map(({ text, ref }) => ({ text, ref: { ...ref, job: ref.job ?? job } }));
  const named = refs.find(({ ref }) => ref.job !== undefined)?.ref.job ?? job;
  const repositories = repositoriesFor(configuration, named, options.repository);
  const now = reach.clock.now();
  const missing: Missing[] = [];
  const look = (repository: RepositoryDefinition) => knownSnapshots(reach, repository, options);
  const found = await findFirst(repositories, look, ({ snapshots, repository }) => {
    const pair = choosePair(snapshots, { refs, job, repository: repository.name, now });
    if ('from' in pair) return pair;
    missing.push({ texts: pair, snapshots });
    return undefined;
  });
  if (found === undefined) throw noneHolds(refs, missing, repositories, now);
  return { ...found, ...found.found, path };
}

/** What was not found in a repository, of what there is. */
interface Missing {
  readonly texts: readonly string[];
  readonly snapshots: readonly Snapshot[];
}

function noneHolds(
  refs: readonly WrittenRef[],
  missing: readonly Missing[],
  repositories: readonly RepositoryDefinition[],
  now: Instant,
): UmbraError {
  // Snapshots of two jobs: one may well be where nobody looked, because only the other's job works on it.
  const isOfOneJob = new Set(refs.flatMap(({ ref }) => ref.job ?? [])).size < 2;
  const nowhere = isOfOneJob ? refs.find(({ text }) => missing.every(({ texts }) => texts.includes(text))) : undefined;
  if (nowhere !== undefined) {
    const { text, ref } = nowhere;
    const ahead = missing.flatMap(({ snapshots }) => passedOver(ref, ofJob(snapshots, ref.job), now));
    return absent(text, repositories, ahead);
  }
  return new UmbraError('snapshot.absent', 'no repository holds both snapshots', {
    hint: 'Compare snapshots of one repository: umbra snapshots --repo NAME',
  });
}

/** Both refs may carry a path, and so may the option: it has to be the same. */
function onlyPath(paths: readonly (string | undefined)[]): string | undefined {
  const [path, ...more] = new Set(paths.filter((each) => each !== undefined));
  if (more.length === 0) return path;
  throw new UmbraError('usage.invalid', 'two different paths are to be compared', {
    hint: 'Give one path, which is looked at in both snapshots.',
  });
}

function onlyJob({ jobs }: Configuration): string {
  const names = [...jobs].flatMap(([name, { kind }]) => (kind === 'backup' ? [name] : []));
  const [name, ...more] = names;
  if (name !== undefined && more.length === 0) return name;
  const problem = name === undefined ? 'no job makes snapshots' : `which job? There are ${names.join(', ')}`;
  throw new UmbraError('usage.invalid', problem, { hint: 'Name snapshots, or a job: --job JOB' });
}
