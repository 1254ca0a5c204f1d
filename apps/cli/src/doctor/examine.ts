import { statSync } from 'node:fs';
import {
  toUmbraError,
  type Configuration,
  type RepositoryDefinition,
  type RepositoryHealth,
} from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { foundDamage, mendCommand } from '@umbracore/runtime/history';
import { configurationFiles, exposedFiles, exposedText } from '../doors/exposed-files.ts';
import { careFindings } from './examine-care.ts';
import { examineCopies } from './examine-copies.ts';
import { examineNotifications } from './examine-notifications.ts';
import { examineSchedules } from './examine-schedules.ts';
import { examinePrivileged } from './examine-privileged.ts';
import { examineSources } from './examine-sources.ts';
import type { Area, Finding } from './finding.ts';

/** A computer whose battery ran out wakes up long before this. */
const plausibleFrom = Date.UTC(2025, 0, 1);

/** Everything that can be looked at, or only what has to do with one area; of an empty configuration, what is there without one. */
export async function* examine(runtime: Runtime, signal: AbortSignal, only?: Area): AsyncGenerator<Finding> {
  for await (const finding of examineFor(runtime, signal, only))
    if (only === undefined || finding.area === only || hides(finding, only)) yield finding;
}

const inRepositories: readonly Area[] = ['lock', 'machine-key', 'quota'];

/** Of what is in a repository nothing is known where that is not well. */
const hides = ({ area, standing }: Finding, only: Area): boolean =>
  area === 'repository' && standing === 'bad' && inRepositories.includes(only);

async function* examineFor(runtime: Runtime, signal: AbortSignal, only: Area | undefined): AsyncGenerator<Finding> {
  const { configuration } = runtime;
  const wants = (...some: readonly Area[]): boolean => only === undefined || some.includes(only);
  if (wants('restic', 'engine')) yield* examineEngines(runtime, signal);
  if (wants('config') && configuration.file !== undefined)
    yield* examineConfiguration(configuration.file, configuration);
  if (wants('state')) yield* examineState(runtime);
  if (wants('clock')) yield examineClock(runtime);
  if (wants('schedule')) yield* examineSchedules(runtime);
  if (wants('repository', ...inRepositories)) yield* examineRepositories(runtime, signal);
  if (wants('source')) yield* examineSources(configuration, runtime.clock);
  if (wants('notification')) yield* examineNotifications(runtime);
  if (wants('helper', 'repository', 'source')) yield* examinePrivileged(runtime, signal);
}

async function* examineRepositories(runtime: Runtime, signal: AbortSignal): AsyncGenerator<Finding> {
  const { configuration } = runtime;
  const chunkers = new Map<string, string | undefined>();
  for (const repository of configuration.repositories.values()) {
    const health = await runtime.repositories.health(repository, { signal });
    const used = await hasBackups(runtime, repository);
    yield repositoryFinding(repository, health, used);
    yield* damageFindings(runtime, repository);
    yield* lockFindings(repository, health);
    chunkers.set(repository.name, health.facts?.chunker);
    if (health.state !== 'ready') continue;
    yield* machineKeyFindings(runtime, repository, signal);
    yield* careFindings(runtime, repository, health, signal);
  }
  yield* examineCopies(configuration.jobs, chunkers);
}

/** Stands for the repositories to come: the engine is asked for its version, nothing is opened. */
const anyRepository: RepositoryDefinition = {
  name: 'restic',
  backend: 'restic',
  location: '/',
  password: undefined,
  env: {},
  compression: undefined,
  packSizeBytes: undefined,
  limits: {},
  lockWaitMs: 0,
  options: {},
};

async function* examineEngines({ repositories, configuration }: Runtime, signal: AbortSignal): AsyncGenerator<Finding> {
  const seen = new Set<string>();
  const configured = [...configuration.repositories.values()];
  for (const repository of configured.length === 0 ? [anyRepository] : configured) {
    if (seen.has(repository.backend)) continue;
    seen.add(repository.backend);
    const subject = repository.backend;
    const area = subject === 'restic' ? 'restic' : 'engine';
    try {
      const backend = await repositories.backend(repository, signal);
      const { version, program, limitations } = await backend.engine({ signal });
      yield { area, standing: 'good', subject, text: `${version} at ${program}` };
      for (const text of limitations) yield { area, standing: 'attention', subject, text };
    } catch (thrown) {
      const { code, message, hint } = toUmbraError(thrown);
      yield {
        area,
        standing: 'bad',
        subject,
        text: message,
        code,
        ...(hint === undefined ? {} : { fix: hint }),
      };
    }
  }
}

function* examineConfiguration(file: string, configuration: Configuration): Generator<Finding> {
  const exposed = exposedFiles(configurationFiles(configuration));
  for (const each of exposed) {
    yield {
      area: 'config',
      subject: 'config',
      standing: 'bad',
      text: exposedText(each),
      fix: each.fix,
      code: 'config.unsafe',
    };
  }
  if (exposed.length === 0) yield examineFile(file, configuration);
}

function examineFile(file: string, { jobs }: Configuration): Finding {
  const mode = (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  const base = { area: 'config', subject: 'config' } as const;
  if ((mode & 0o022) !== 0) {
    const text = `${file} can be changed by others (mode ${mode.toString(8).padStart(4, '0')})`;
    return { ...base, standing: 'bad', text, fix: `chmod go-w ${file}` };
  }
  if (jobs.size === 0) {
    return {
      ...base,
      standing: 'bad',
      text: `${file} has no jobs`,
      fix: 'umbra job add NAME FOLDER',
      code: 'config.no-jobs',
    };
  }
  return { ...base, standing: 'good', text: `${file} is valid, mode ${mode.toString(8).padStart(4, '0')}` };
}

async function* examineState({ store, paths }: Runtime): AsyncGenerator<Finding> {
  const base = { area: 'state', subject: 'state' } as const;
  for (const { code, message, hint } of store.health.alarms) {
    yield { ...base, standing: 'bad', text: message, fix: hint, code };
  }
  const damaged = await store.audit();
  for (const { run, message } of damaged) {
    yield { ...base, standing: 'bad', subject: run, text: message, fix: `umbra show ${run}` };
  }
  if (store.health.alarms.length === 0 && damaged.length === 0) {
    yield {
      ...base,
      standing: 'good',
      text: `${paths.stateDir} is ${store.health.mode}, every finished record is intact`,
    };
  }
}

function examineClock({ clock, configuration }: Runtime): Finding {
  const base = { area: 'clock', subject: 'clock' } as const;
  const now = clock.now();
  if (now < plausibleFrom) {
    return { ...base, standing: 'bad', text: `the clock says ${new Date(now).toISOString()}`, fix: 'set the time' };
  }
  return { ...base, standing: 'good', text: `zone ${configuration.timezone}` };
}

async function hasBackups({ store }: Runtime, { name }: RepositoryDefinition): Promise<boolean> {
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

/** What a check found, and none since has found mended. */
async function* damageFindings(
  { paths, configuration }: Runtime,
  repository: RepositoryDefinition,
): AsyncGenerator<Finding> {
  const found = await foundDamage(paths.stateDir, repository);
  if (found === undefined) return;
  const text = `a check found damage on ${new Date(found.at).toISOString().slice(0, 10)}`;
  const fix = mendCommand(configuration.jobs.values(), repository.name);
  yield { area: 'repository', subject: repository.name, standing: 'bad', text, fix, code: 'repository.damaged' };
}

/** One that does not open costs time at every call, unseen. */
async function* machineKeyFindings(
  { repositories }: Runtime,
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
