import { lstatSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import {
  privilegedRoles,
  toUmbraError,
  type BackupJobDefinition,
  type JobDefinition,
  type PrivilegedFacts,
  type PrivilegedRole,
  type Finding,
  type RepositoryDefinition,
} from '@umbracore/contracts';
import { defaultPolicyFile, proofDirIn, socketIn, withoutLogin } from '@umbracore/xpc-bridge/light';
import { ofJob } from '../privileged/policy-of.ts';
import { failureOf } from './failure-of.ts';
import type { DoctorSources } from './sources.ts';

type PrivilegedSources = Pick<DoctorSources, 'configuration' | 'privileged' | 'socketDir'>;

const base = { area: 'helper', subject: 'helper' } as const;

/** Whether the privileged program is there for the jobs that need it: its policy, who may connect to it, its version, its rights. */
export async function* examinePrivileged(
  sources: PrivilegedSources,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const jobs = [...sources.configuration.jobs.values()].filter(isPrivileged);
  if (jobs.length === 0) return;
  // What is wrong with the policy every role says: it is one thing.
  const failures = new Set<string>();
  const failed = function* (thrown: unknown): Generator<Finding> {
    const finding = failureFor(thrown);
    if (!failures.has(finding.text)) yield finding;
    failures.add(finding.text);
  };
  yield* examineSocket(sources.socketDir, 'backup');
  try {
    const facts = await sources.privileged.facts('backup', signal);
    yield* examineRole(facts, version);
    yield* examinePolicyFile(facts.policyFile);
    yield* examinePolicy(sources.configuration, jobs, facts.policyFile);
    for (const job of jobs) yield* examineJob(sources, job, signal);
    for (const name of new Set(jobs.flatMap(({ repositories }) => repositories))) yield* examineShared(sources, name);
  } catch (thrown) {
    yield* failed(thrown);
    yield* examinePolicyFile(defaultPolicyFile);
  }
  for (const role of privilegedRoles) {
    const isNeeded = role === 'volumes' && jobs.some(({ snapshot }) => snapshot !== undefined);
    // What the jobs do not all need is looked at where it is installed.
    if (role === 'backup' || !(isNeeded || isInstalled(sources.socketDir, role))) continue;
    yield* examineSocket(sources.socketDir, role);
    try {
      yield* examineRole(await sources.privileged.facts(role, signal), version);
    } catch (thrown) {
      yield* failed(thrown);
    }
  }
}

function* examineRole(facts: PrivilegedFacts, version: string): Generator<Finding> {
  const { role, version: its } = facts;
  yield its === version
    ? { ...base, standing: 'good', text: `${its} answers for ${role}` }
    : { ...base, standing: 'attention', text: `for ${role} it is ${its}, and this is ${version}`, fix: installAgain };
  for (const text of facts.warnings) yield { ...base, standing: 'attention', text: `${role}: ${text}` };
}

function failureFor(thrown: unknown): Finding {
  if (toUmbraError(thrown).code === 'run.cancelled') throw thrown;
  return { ...base, ...failureOf(thrown) };
}

const installAgain = 'sudo umbra helper install';

const isPrivileged = (job: JobDefinition): job is BackupJobDefinition =>
  job.kind === 'backup' && job.privileged === true;

/** Looked at from here as well: a program that was started before somebody changed the file may not have read it again. */
function* examinePolicyFile(file: string): Generator<Finding> {
  const facts = lstatSync(file, { throwIfNoEntry: false });
  if (facts === undefined) return;
  if (facts.uid === 0 && facts.isFile() && (facts.mode & 0o022) === 0) return;
  const text = `${file} is not root's alone: the program does not read it`;
  yield { ...base, standing: 'bad', text, fix: `chown root:root ${file}; chmod 0644 ${file}` };
}

/** What the program would refuse when a job is due is told now. */
function* examinePolicy(
  { repositories }: DoctorSources['configuration'],
  jobs: readonly BackupJobDefinition[],
  file: string,
): Generator<Finding> {
  const has = policyIn(file);
  if (has === undefined) return;
  for (const job of jobs) {
    const others = job.repositories.filter((name) => isElsewhere(repositories.get(name), has.repositories?.[name]));
    const difference =
      differenceOf(ofJob(job), has.jobs?.[job.id]) ??
      (others.length === 0 ? undefined : `has another address for repository ${others.join(', ')}`);
    if (difference === undefined) continue;
    const text = `${file} ${difference}: it is refused until root has changed that`;
    yield { area: 'helper', subject: job.id, standing: 'bad', text, fix: 'umbra helper policy' };
  }
}

type PolicyJob = Readonly<Record<string, unknown>>;

interface WrittenPolicy {
  readonly jobs?: Readonly<Record<string, PolicyJob>>;
  readonly repositories?: Readonly<Record<string, { readonly location?: string }>>;
}

const isElsewhere = (wanted: RepositoryDefinition | undefined, has: { readonly location?: string } | undefined) =>
  wanted !== undefined && withoutLogin(wanted.location) !== withoutLogin(has?.location ?? '');

function differenceOf(wanted: PolicyJob, has: PolicyJob | undefined): string | undefined {
  if (has === undefined) return 'does not have this job';
  const isOther = (key: string): boolean => {
    const [one, other] = [wanted[key], has[key]].map((value) => JSON.stringify(isNothing(value) ? null : value));
    return one !== other;
  };
  return [...new Set([...Object.keys(wanted), ...Object.keys(has)])]
    .filter(isOther)
    .map((key) => `has another ${key} for this job`)[0];
}

/** Not there is as good as what is there by default. */
const isNothing = (value: unknown): boolean =>
  value === undefined || value === false || (Array.isArray(value) && value.length === 0);

/** Undefined if it cannot be read from here; what is wrong with it the program says itself. */
function policyIn(file: string): WrittenPolicy | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as WrittenPolicy;
  } catch {
    return undefined;
  }
}

const isInstalled = (socketDir: string, role: PrivilegedRole): boolean =>
  lstatSync(socketIn(socketDir, role), { throwIfNoEntry: false }) !== undefined;

function* examineSocket(socketDir: string, role: PrivilegedRole): Generator<Finding> {
  const path = socketIn(socketDir, role);
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts !== undefined && (facts.mode & 0o007) !== 0)
    yield { ...base, standing: 'bad', text: `everybody may connect to ${path}`, fix: `chmod o= ${path}` };
  const proofs = proofDirIn(socketDir, role);
  const mode = lstatSync(proofs, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || ((mode & 0o1000) !== 0 && (mode & 0o044) === 0)) return;
  const text = `in ${proofs} others may list, or remove, by what somebody shows who they are`;
  yield { ...base, standing: 'bad', text, fix: installAgain };
}

/** What the program saves into a folder of this machine belongs to its user: it has to be for a group that both are in. */
function* examineShared({ configuration }: PrivilegedSources, name: string): Generator<Finding> {
  const folder = configuration.repositories.get(name)?.location ?? '';
  const [config, data] = ['config', 'data'].map((part) => statSync(join(folder, part), { throwIfNoEntry: false }));
  if (!isAbsolute(folder) || config === undefined || data === undefined) return;
  if ((config.mode & 0o040) !== 0 && (data.mode & 0o2000) !== 0) return;
  const fix = `chgrp -R umbra-helper ${folder}; chmod -R g+rwX ${folder}; find ${folder} -type d -exec chmod g+s {} +`;
  const text = 'belongs to no group: what umbra-helper saves there could not be read';
  yield { area: 'repository', subject: name, standing: 'attention', text, fix };
}

/** The policy has its repositories, and the sources are there for whoever may see them. */
async function* examineJob(
  { privileged }: PrivilegedSources,
  job: BackupJobDefinition,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const about = { area: 'source', subject: job.id } as const;
  for (const repository of job.repositories) {
    try {
      const paths = job.sources.map(({ path }) => path);
      const seen = await privileged.engines(repository, job.id).look(paths, signal);
      for (const [index, { fact }] of seen.entries()) {
        const isBad = job.sources[index]?.required !== false;
        yield fact.present
          ? { ...about, standing: 'good', text: `${fact.path} is there for umbra-helper` }
          : {
              ...about,
              standing: isBad ? 'bad' : 'attention',
              text: `${fact.path} is not there`,
              code: 'source.missing',
            };
      }
    } catch (thrown) {
      const { code, message } = toUmbraError(thrown);
      if (code === 'run.cancelled') throw thrown;
      yield { ...about, standing: 'bad', text: message, code, fix: 'umbra helper policy' };
    }
  }
}
