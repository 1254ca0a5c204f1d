import { closest } from '@umbracore/contracts';
import type { Collection, Entry } from './collect.ts';
import { nearestSpan, type Finding } from './source-text.ts';

type Kind = 'repositories' | 'profiles';

const singular = { repositories: 'repository', profiles: 'profile' } as const;

/** Names that stand for nothing, each at its own place. */
function unknownNames(entry: Entry<object>, field: string, kind: Kind, known: ReadonlySet<string>): readonly Finding[] {
  const written: unknown = Object.entries(entry.value).find(([key]) => key === field)?.[1];
  const names = typeof written === 'string' ? [written] : Array.isArray(written) ? written : [];
  return names.flatMap((name: unknown, index): Finding[] => {
    if (typeof name !== 'string' || known.has(name)) return [];
    const path = [...entry.path, field, ...(typeof written === 'string' ? [] : [index])];
    const meant = closest(name, known);
    const all = [...known].join(', ');
    return [
      {
        code: 'config.unknown-reference',
        message: `there is no ${singular[kind]} "${name}"`,
        hint:
          meant === undefined ? (all === '' ? `add it to ${kind}` : `use one of: ${all}`) : `did you mean "${meant}"?`,
        source: entry.source,
        span: nearestSpan(entry.source, path, 'value'),
      },
    ];
  });
}

const extended = ({ value }: Entry<{ extends?: string | string[] | undefined }>): readonly string[] =>
  typeof value.extends === 'string' ? [value.extends] : (value.extends ?? []);

/** Profiles that extend themselves, however far round; each circle once. */
function circles(profiles: Collection['profiles']): readonly Finding[] {
  const done = new Set<string>();
  const findings: Finding[] = [];
  const walk = (name: string, trail: readonly string[]): void => {
    const entry = profiles.get(name);
    if (entry === undefined) return;
    const from = trail.indexOf(name);
    const closing = profiles.get(trail.at(-1) ?? '');
    if (from !== -1 && closing !== undefined) {
      const round = [...trail.slice(from), name];
      findings.push({
        code: 'config.cycle',
        message: `profiles go round in a circle: ${round.join(' -> ')}`,
        hint: 'remove one "extends:" of them',
        source: closing.source,
        span: nearestSpan(closing.source, [...closing.path, 'extends'], 'value'),
      });
      return;
    }
    if (done.has(name)) return;
    done.add(name);
    for (const next of extended(entry)) walk(next, [...trail, name]);
  };
  for (const name of profiles.keys()) walk(name, []);
  return findings;
}

/** Everything that names a part of the configuration which is not there, and profiles that never end. */
export function checkReferences({ jobs, profiles, defaults, declared }: Collection): readonly Finding[] {
  const users = [...jobs.values(), ...profiles.values(), ...(defaults === undefined ? [] : [defaults])];
  return [
    ...users.flatMap((entry) => unknownNames(entry, 'repository', 'repositories', declared.repositories)),
    ...[...jobs.values()].flatMap((entry) => unknownNames(entry, 'profile', 'profiles', declared.profiles)),
    ...[...profiles.values()].flatMap((entry) => unknownNames(entry, 'extends', 'profiles', declared.profiles)),
    ...circles(profiles),
  ];
}
