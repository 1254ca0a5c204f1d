import {
  UmbraError,
  type DurationMs,
  type RepositoryDefinition,
  type RepositoryHealth,
  type Finding,
} from '@umbracore/contracts';
import { referenceText } from '../documents/secrets-document.ts';
import { foundDamage } from '../repositories/found-damage.ts';
import { commandAgainstDamage } from '../status/mend-command.ts';
import { careFindings } from './examine-care.ts';
import { failureOf } from './failure-of.ts';
import type { DoctorSources } from './sources.ts';
import { TimeLimit } from './time-limit.ts';

export interface RepositoryExamination {
  readonly signal: AbortSignal;
  /** So long may it take to open a repository and to see what is left in it. */
  readonly limitMs: DurationMs;
  /** Is told how it cuts files. */
  readonly found: (chunker: string | undefined) => void;
}

/** How one repository is: whether it opens, what is left in it, what is known of it. */
export async function* examineRepository(
  sources: DoctorSources,
  repository: RepositoryDefinition,
  { signal, limitMs, found }: RepositoryExamination,
): AsyncGenerator<Finding> {
  const { clock, repositories } = sources;
  let health: RepositoryHealth;
  try {
    using limit = new TimeLimit({ clock, limitMs, signal, problem: tooSlow(repository, limitMs) });
    health = await repositories.health(repository, { signal: limit.signal });
    found(health.facts?.chunker);
    yield repositoryFinding(repository, health, await hasBackups(sources, repository));
    yield* secretFindings(sources, repository);
    yield* damageFindings(sources, repository);
    yield* lockFindings(repository, health);
    if (health.state === 'ready') yield* machineKeyFindings(sources, repository, limit.signal);
  } catch (thrown) {
    signal.throwIfAborted();
    yield { area: 'repository', subject: repository.name, ...failureOf(thrown) };
    return;
  }
  if (health.state === 'ready') yield* careFindings(sources, repository, health, signal);
}

const tooSlow = ({ name }: RepositoryDefinition, limitMs: DurationMs): UmbraError =>
  new UmbraError('repository.unreachable', `it was not looked through within ${limitMs / 1000} s`, {
    hint: `Look at its server and the way there; umbra repo show ${name} waits longer.`,
  });

async function hasBackups({ store }: Pick<DoctorSources, 'store'>, { name }: RepositoryDefinition): Promise<boolean> {
  return (await store.runs({ repository: name, states: ['succeeded', 'warning'], limit: 1 })).length > 0;
}

function repositoryFinding({ name }: RepositoryDefinition, health: RepositoryHealth, used: boolean): Finding {
  const base = { area: 'repository', subject: name } as const;
  if (health.state === 'ready') {
    const count = health.snapshots ?? 0;
    return { ...base, standing: 'good', text: `opens; ${count} ${count === 1 ? 'snapshot' : 'snapshots'}` };
  }
  if (health.state === 'busy') return { ...base, standing: 'good', text: 'is in use, and was not looked into' };
  const code = `repository.${health.state === 'failed' ? 'damaged' : health.state}`;
  // What was there once is rather on a disk that is not mounted than to be made anew beside it.
  const absent = used ? 'mount its disk or correct its location: it had backups' : `umbra repo create ${name}`;
  const fix = health.state === 'absent' ? absent : health.hint;
  return {
    ...base,
    standing: 'bad',
    text: health.problem ?? health.state,
    code,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Of what it was opened with: what is found elsewhere than the configuration says. */
function* secretFindings(
  { secrets }: Pick<DoctorSources, 'secrets'>,
  { name, password, env }: RepositoryDefinition,
): Generator<Finding> {
  for (const reference of [...(password === undefined ? [] : [password]), ...Object.values(env)]) {
    const note = secrets.noteOn?.(reference);
    if (note === undefined) continue;
    const text = `${referenceText(reference)}: ${note}`;
    yield { area: 'repository', subject: name, standing: 'attention', text };
  }
}

/** What a check found, and none since has found mended. */
async function* damageFindings(
  { paths, configuration }: Pick<DoctorSources, 'paths' | 'configuration'>,
  repository: RepositoryDefinition,
): AsyncGenerator<Finding> {
  const found = await foundDamage(paths.stateDir, repository);
  if (found === undefined) return;
  const text = `a check found damage on ${new Date(found.at).toISOString().slice(0, 10)}`;
  const fix = commandAgainstDamage(configuration.jobs.values(), repository);
  yield { area: 'repository', subject: repository.name, standing: 'bad', text, fix, code: 'repository.damaged' };
}

/** One that does not open costs time at every call, unseen. */
async function* machineKeyFindings(
  { repositories }: Pick<DoctorSources, 'repositories'>,
  repository: RepositoryDefinition,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const key = await (await repositories.backend(repository, signal)).machineKey({ signal });
  if (key === undefined) return;
  const base = { area: 'machine-key', subject: repository.name } as const;
  yield key.id === undefined
    ? {
        ...base,
        standing: 'attention',
        text: `its secret in ${key.file} opens no key of the repository`,
        fix: `umbra repo machine-key add ${repository.name}`,
      }
    : { ...base, standing: 'good', text: `opens the repository; its secret is in ${key.file}` };
}

function* lockFindings({ name }: RepositoryDefinition, { locks }: RepositoryHealth): Generator<Finding> {
  for (const { lock, verdict, reason } of locks) {
    const text = `lock of pid ${lock.pid} on ${lock.host}: ${reason}`;
    const removable = verdict === 'dead' || verdict === 'stale';
    const base = { area: 'lock', subject: name, text } as const;
    yield removable
      ? { ...base, standing: 'bad', fix: `umbra repo unlock ${name}`, code: 'repository.locked' }
      : { ...base, standing: 'attention' };
  }
}
