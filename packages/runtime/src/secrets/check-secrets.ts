import {
  hookPhases,
  toUmbraError,
  type ChannelSetting,
  type Configuration,
  type SecretReference,
  type SecretResolver,
} from '@umbracore/contracts';
import type { SecretCheck } from '../documents/secrets-document.ts';

type Used = readonly [place: string, reference: SecretReference];

/** Every secret that a configuration refers to, with the place where it does. */
export const secretsIn = ({ repositories, jobs, notifications }: Configuration): readonly Used[] => [
  ...[...repositories.values()].flatMap(({ name, password, env }) => [
    ...(password === undefined ? [] : [[`repositories.${name}.password`, password] as const]),
    ...named(`repositories.${name}.env`, env),
  ]),
  ...[...jobs.values()].flatMap((job) => [
    ...(job.kind === 'command' ? named(`jobs.${job.id}.command.env`, job.env) : []),
    ...hookPhases.flatMap((phase) =>
      (job.hooks?.[phase] ?? []).flatMap(({ env, secrets }) => [
        ...named(`jobs.${job.id}.hooks.${phase}.env`, env),
        ...named(`jobs.${job.id}.hooks.${phase}.secrets`, secrets),
      ]),
    ),
  ]),
  ...notifications.channels.flatMap(({ name, settings }) =>
    Object.entries(settings).flatMap(([key, setting]) => inSetting(`notifications.channels.${name}.${key}`, setting)),
  ),
];

const named = (place: string, references: Readonly<Record<string, SecretReference>>): readonly Used[] =>
  Object.entries(references).map(([key, reference]) => [`${place}.${key}`, reference]);

function inSetting(place: string, setting: ChannelSetting): readonly Used[] {
  if (typeof setting !== 'object') return [];
  if (isList(setting)) return setting.flatMap((one) => inSetting(place, one));
  if ('from' in setting) return [[place, setting.from]];
  return Object.entries(setting.map).flatMap(([key, one]) => inSetting(`${place}.${key}`, one));
}

const isList = (setting: ChannelSetting): setting is readonly ChannelSetting[] => Array.isArray(setting);

/** Looks whether every secret is there that a configuration refers to. What they are is let go of at once. */
export async function checkSecrets(
  configuration: Configuration,
  secrets: SecretResolver,
  signal?: AbortSignal,
): Promise<readonly SecretCheck[]> {
  const places = new Map<string, { readonly reference: SecretReference; readonly usedBy: Set<string> }>();
  for (const [place, reference] of secretsIn(configuration)) {
    const key = JSON.stringify(reference);
    const known = places.get(key) ?? { reference, usedBy: new Set() };
    places.set(key, known);
    known.usedBy.add(place);
  }
  const checks: SecretCheck[] = [];
  // One after the other: some of them ask a person.
  for (const { reference, usedBy } of places.values()) {
    const error = await secrets.resolve(reference, signal).then(
      () => null,
      (thrown: unknown) => toUmbraError(thrown).toRecord(),
    );
    signal?.throwIfAborted();
    const note = (error === null ? secrets.noteOn?.(reference) : undefined) ?? null;
    checks.push({ reference, usedBy: [...usedBy], error, note });
  }
  return checks;
}
