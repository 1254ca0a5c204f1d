import { lstatSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { toUmbraError, type BackupJobDefinition, type JobDefinition } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { defaultPolicyFile, defaultSocketDir, socketIn } from '../doors/privileged.ts';
import { version } from '../version.ts';
import type { Finding } from './finding.ts';

const base = { area: 'helper', subject: 'helper' } as const;

/** Whether the privileged program is there for the jobs that need it: its policy, who may connect to it, its version, its rights. */
export async function* examinePrivileged(runtime: Runtime, signal: AbortSignal): AsyncGenerator<Finding> {
  const jobs = [...runtime.configuration.jobs.values()].filter(isPrivileged);
  if (jobs.length === 0) return;
  yield* examinePolicyFile();
  yield* examineSocket(runtime.socketDir);
  try {
    const facts = await runtime.privileged.facts('backup', signal);
    yield facts.version === version
      ? { ...base, standing: 'good', text: `${facts.version} answers` }
      : { ...base, standing: 'attention', text: `it is ${facts.version}, and this is ${version}`, fix: installAgain };
    for (const text of facts.warnings) yield { ...base, standing: 'attention', text };
    for (const job of jobs) yield* examineJob(runtime, job, signal);
    for (const name of new Set(jobs.flatMap(({ repositories }) => repositories))) yield* examineShared(runtime, name);
  } catch (thrown) {
    const { code, message, hint } = toUmbraError(thrown);
    if (code === 'run.cancelled') throw thrown;
    yield { ...base, standing: 'bad', text: message, code, ...(hint === undefined ? {} : { fix: hint }) };
  }
}

const installAgain = 'sudo umbra helper install';

const isPrivileged = (job: JobDefinition): job is BackupJobDefinition =>
  job.kind === 'backup' && job.privileged === true;

/** The one in its usual place; what another one is like the program itself says. */
function* examinePolicyFile(): Generator<Finding> {
  const facts = lstatSync(defaultPolicyFile, { throwIfNoEntry: false });
  if (facts === undefined) return;
  if (facts.uid === 0 && facts.isFile() && (facts.mode & 0o022) === 0) return;
  const text = `${defaultPolicyFile} is not root's alone: the program does not read it`;
  yield {
    ...base,
    standing: 'bad',
    text,
    fix: `chown root:root ${defaultPolicyFile}; chmod 0644 ${defaultPolicyFile}`,
  };
}

function* examineSocket(socketDir: string = defaultSocketDir): Generator<Finding> {
  const path = socketIn(socketDir, 'backup');
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined || (facts.mode & 0o007) === 0) return;
  yield { ...base, standing: 'bad', text: `everybody may connect to ${path}`, fix: `chmod o= ${path}` };
}

/** What the program saves into a folder of this machine belongs to its user: it has to be for a group that both are in. */
function* examineShared({ configuration }: Runtime, name: string): Generator<Finding> {
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
  { privileged }: Runtime,
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
