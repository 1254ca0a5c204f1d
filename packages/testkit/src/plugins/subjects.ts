import {
  Secret,
  silentLog,
  UmbraError,
  type BackendFactory,
  type BackendHost,
  type BackendRepository,
  type BackendTrial,
  type Clock,
  type ConditionKind,
  type ConditionTrial,
  type EngineProcesses,
  type HookKind,
  type HookTrial,
  type NotifierKind,
  type NotifierTrial,
  type SecretProvider,
  type SecretTrial,
  type Sensor,
  type SensorTrial,
} from '@umbracore/contracts';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackendSubject } from '../backend-subject.ts';
import { aRepository } from '../builders.ts';
import type { ConditionSubject } from '../condition-cases.ts';
import type { HookSubject } from '../hook-cases.ts';
import type { NotifierSubject } from '../notifier-cases.ts';
import type { SecretProviderSubject } from '../secret-provider-cases.ts';
import type { SensorTrialSubject } from '../sensor-cases.ts';
import { filled } from './filled.ts';

/** What subjects are made with. */
export interface SubjectTools {
  readonly clock: Clock;
  /** For backends that start programs; without it none may be started. */
  readonly processes?: EngineProcesses | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** So many files take every backend a while, and none much room. */
const slowFiles = 4000;

async function newFolder(): Promise<{ readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'umbra-trial-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A backend of a plug-in on a new folder. */
export async function backendSubject(
  name: string,
  factory: BackendFactory,
  trial: BackendTrial,
  tools: SubjectTools,
): Promise<BackendSubject> {
  const place = await newFolder();
  const { folder } = place;
  const host = hostIn(folder, tools);
  const at = (where: string): BackendRepository =>
    repositoryOf(name, filled({ location: '{folder}/repository', ...trial }, where));
  const other = at(join(folder, 'other'));
  const isRoot = process.getuid?.() === 0;
  return {
    backend: factory(at(folder), host),
    folder,
    slowSource: () => manyFiles(folder),
    ...(isRoot ? {} : { makeUnreadable: (path: string) => chmod(path, 0) }),
    other: { backend: factory(other, host), repository: other },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

const repositoryOf = (
  backend: string,
  trial: BackendTrial & { readonly location: string | undefined },
): BackendRepository => ({
  definition: aRepository({ backend, location: trial.location ?? '', options: trial.options ?? {} }),
  password: new Secret(trial.password ?? 'trial-password'),
  env: Object.fromEntries(Object.entries(trial.env ?? {}).map(([key, value]) => [key, new Secret(value)])),
});

function hostIn(folder: string, { clock, processes = noProcesses, env = {} }: SubjectTools): BackendHost {
  const places = { cacheDir: join(folder, 'cache'), scratchDir: folder, memoryDir: join(folder, 'memory') };
  return { processes, clock, log: silentLog, env, ...places };
}

const refuse = (): never => {
  throw new UmbraError('engine.absent', 'no programs can be started in this trial', {
    hint: 'Give `processes`: createEngineProcesses of @umbracore/engine-process makes them.',
  });
};
const noProcesses: EngineProcesses = {
  prepare() {},
  dismiss() {},
  start: async () => refuse(),
  find: async () => undefined,
  call: async () => refuse(),
  converse: async () => refuse(),
};

async function manyFiles(folder: string): Promise<string> {
  const source = join(folder, 'slow');
  await mkdir(source);
  // At once: one at a time they would wait for the machine thousands of times, and on a busy one use up the time of the case.
  for (let file = 0; file < slowFiles; file += 1) writeFileSync(join(source, `${file}`), `${file}`);
  return source;
}

export async function conditionSubject(kind: ConditionKind, trial: ConditionTrial): Promise<ConditionSubject> {
  const { folder, ...place } = await newFolder();
  return { kind, ...filled(trial, folder), ...place };
}

export async function secretSubject(provider: SecretProvider, trial: SecretTrial): Promise<SecretProviderSubject> {
  const { folder, ...place } = await newFolder();
  const { scheme } = provider;
  const { present, absent, refused, value, files = {} } = filled(trial, folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: 0o600 });
  }
  return {
    provider,
    value,
    present: { scheme, target: present },
    absent: { scheme, target: absent },
    ...(refused === undefined ? {} : { refused: { scheme, target: refused } }),
    ...place,
  };
}

export async function notifierSubject(kind: NotifierKind, trial: NotifierTrial): Promise<NotifierSubject> {
  const { folder, ...place } = await newFolder();
  const { settings, refused, unreachable, arrives } = filled(trial, folder);
  const arrived = arrives && { arrived: () => readFile(arrives, 'utf8').catch(() => '') };
  return { kind, settings, refused, unreachable, ...arrived, ...place };
}

export async function sensorSubject(sensor: Sensor, trial: SensorTrial): Promise<SensorTrialSubject> {
  const { folder, ...place } = await newFolder();
  return { sensor, ...filled(trial, folder), ...place };
}

export async function hookSubject(kind: HookKind, trial: HookTrial, { clock }: SubjectTools): Promise<HookSubject> {
  const { folder, ...place } = await newFolder();
  const { leaves, endless, ...rest } = filled(trial, folder);
  return {
    kind,
    ...rest,
    ...(endless && { endless: { ...endless, clock } }),
    ...(leaves && { isDone: () => Promise.resolve(existsSync(leaves)) }),
    ...place,
  };
}
