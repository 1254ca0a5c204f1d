import { closest } from '@umbracore/contracts';
import { circleFindings } from '../chains/circles.ts';
import type { Collection, Entry } from '../reading/collect.ts';
import type { Path } from '../reading/path.ts';
import { list } from '../list.ts';
import type { ChainInput } from '../schema/chain.ts';
import type { RepositoryInput } from '../schema/configuration.ts';
import type { JobFields } from '../schema/job.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';

type Kind = 'repositories' | 'profiles' | 'jobs' | 'resources';

const singular = { repositories: 'repository', profiles: 'profile', jobs: 'job', resources: 'resource' } as const;

/** A name that stands for something defined elsewhere, and where in its entry it is written. */
export interface Mention {
  readonly name: string;
  readonly of: Kind;
  readonly path: Path;
}

type Fields = JobFields & {
  readonly profile?: string | string[] | undefined;
  readonly extends?: string | string[] | undefined;
};

const names = (of: Kind, written: string | string[] | undefined, path: Path): readonly Mention[] =>
  list(written).map((name, index) => ({ name, of, path: Array.isArray(written) ? [...path, index] : path }));

/** The jobs that `after` names. */
export const upstreams = (after: JobFields['after']): readonly Mention[] =>
  list(after).map((item, index) => {
    const path: Path = ['after', ...(Array.isArray(after) ? [index] : [])];
    return typeof item === 'string'
      ? { name: item, of: 'jobs', path }
      : { name: item.job, of: 'jobs', path: [...path, 'job'] };
  });

const used = (uses: JobFields['uses']): readonly Mention[] =>
  uses === undefined || typeof uses === 'string' || Array.isArray(uses)
    ? names('resources', uses, ['uses'])
    : Object.keys(uses).map((name) => ({ name, of: 'resources', path: ['uses', name] }));

const mentionsOf = ({ repository, profile, extends: extended, after, copy, forget, drill, uses }: Fields) => [
  ...names('repositories', repository, ['repository']),
  ...names('profiles', profile, ['profile']),
  ...names('profiles', extended, ['extends']),
  ...upstreams(after),
  ...names('repositories', copy?.from, ['copy', 'from']),
  ...names('repositories', copy?.to, ['copy', 'to']),
  ...names('jobs', copy?.jobs, ['copy', 'jobs']),
  ...names('jobs', forget?.jobs, ['forget', 'jobs']),
  ...names('jobs', drill === true ? undefined : drill?.jobs, ['drill', 'jobs']),
  ...used(uses),
];

/** Names that stand for nothing, each at its own place. */
function unknownNames(
  { source, path }: Entry<unknown>,
  mentions: readonly Mention[],
  known: Readonly<Record<Kind, ReadonlySet<string>>>,
): readonly Finding[] {
  return mentions.flatMap(({ name, of, path: inner }): Finding[] => {
    const candidates = known[of];
    if (candidates.has(name)) return [];
    const full = [...path, ...inner];
    // Keys of maps are names too.
    const part = source.locate(full, 'key') !== undefined && inner.at(-1) === name ? 'key' : 'value';
    return [
      {
        code: 'config.unknown-reference',
        message: `there is no ${singular[of]} "${name}"`,
        hint: hintFor(name, of, candidates),
        source,
        span: nearestSpan(source, full, part),
      },
    ];
  });
}

function hintFor(name: string, of: Kind, candidates: ReadonlySet<string>): string {
  const meant = closest(name, candidates);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  const all = [...candidates].filter((candidate) => !candidate.startsWith('repository:')).join(', ');
  return all === '' ? `add it to ${of}` : `use one of: ${all}`;
}

/** Profiles that extend themselves, however far round; each circle once. */
const profileCircles = (profiles: Collection['profiles']): readonly Finding[] =>
  circleFindings(
    profiles.keys(),
    [...profiles.values()].flatMap(({ name, value, source, path }) =>
      names('profiles', value.extends, ['extends']).map((mention) => ({
        from: name,
        to: mention.name,
        place: () => ({ source, span: nearestSpan(source, [...path, ...mention.path], 'value') }),
      })),
    ),
    (circle) => ({ message: `profiles go round in a circle: ${circle}`, hint: 'remove one "extends:" of them' }),
  );

const membersOf = (graph: readonly { readonly job: string; readonly path: Path }[]): readonly Mention[] =>
  graph.map(({ job, path }) => ({ name: job, of: 'jobs', path }));

/** The jobs of each chain, with where it names them. */
export type ChainMembers = ReadonlyMap<string, readonly { readonly job: string; readonly path: Path }[]>;

/** Everything that names a part of the configuration which is not there, and profiles that never end. */
export function checkReferences(collection: Collection, members: ChainMembers): readonly Finding[] {
  const { repositories, jobs, chains, profiles, defaults, declared } = collection;
  const users: readonly Entry<Fields>[] = [
    ...jobs.values(),
    ...profiles.values(),
    ...(defaults === undefined ? [] : [defaults]),
  ];
  const known = {
    repositories: declared.repositories,
    profiles: declared.profiles,
    jobs: new Set([...declared.jobs, ...declared.chains]),
    resources: new Set([...declared.resources, ...[...declared.repositories].map((name) => `repository:${name}`)]),
  };
  const inChain = (chain: Entry<ChainInput>): readonly Mention[] => [
    ...upstreams(chain.value.after),
    ...membersOf(members.get(chain.name) ?? []),
  ];
  const alike = ({ value }: Entry<RepositoryInput>): readonly Mention[] =>
    typeof value === 'string' ? [] : names('repositories', value.sameChunkerAs, ['sameChunkerAs']);
  return [
    ...[...repositories.values()].flatMap((entry) => unknownNames(entry, alike(entry), known)),
    ...users.flatMap((entry) => unknownNames(entry, mentionsOf(entry.value), known)),
    ...[...chains.values()].flatMap((entry) => unknownNames(entry, inChain(entry), known)),
    ...profileCircles(profiles),
  ];
}
