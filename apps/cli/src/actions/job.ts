import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { nameForm, UmbraError, type Configuration, type JobDefinition } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { JobAddFlags } from '../commands/job.ts';
import { jobValuesDocument, showJobValues } from '../config/job-values.ts';
import { duenessOf, workOf } from '../config/job-words.ts';
import {
  addJob,
  calendar,
  editConfigurationFile,
  explainConfiguration,
  jobLines,
  proposedConfiguration,
  readConfiguration,
  removeJob,
  runtimePaths,
} from '../doors/configuration.ts';
import { jobDocument } from '@umbracore/runtime/documents';
import { jobNamed, nextStartOf, repositoryNamed } from '@umbracore/runtime/history';
import { printable } from '../output/printable.ts';
import { dayTime } from '../output/times.ts';
import { confirm } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

type NoFlags = object;

export const list: Action<NoFlags> = async (session) => {
  const { jobs } = await readConfiguration(session.place());
  if (session.json) {
    return session.document('jobs', { jobs: [...jobs.values()].map((job) => describe(job, session.now())) });
  }
  if (jobs.size === 0) return session.notice('No jobs yet. Add one: umbra job add NAME FOLDER');
  const rows = [...jobs.values()].map((job) => [
    job.enabled ? job.id : `${job.id} (disabled)`,
    job.kind,
    printable(workOf(job)),
    job.repositories.join(', '),
    duenessOf(job, jobs),
    nextText(job, session),
    printable(job.tags.join(', ')),
  ]);
  const titles = ['job', 'kind', 'what', 'repository', 'schedule', 'next', 'tags'];
  session.sayTable(
    titles.map((title) => ({ title })),
    rows,
  );
};

export const show: Action<NoFlags> = async (session, [name = '']) => {
  const job = jobNamed(await readConfiguration(session.place()), name);
  const { configFile, ...place } = session.place();
  const { stateDir } = runtimePaths(place);
  const values = await explainConfiguration({ ...place, path: configFile, calendar, stateDir, job: name });
  if (session.json) {
    return session.document('job', { ...describe(job, session.now()), ...jobValuesDocument({ id: name, values }) });
  }
  showJobValues(session, { id: name, isChain: job.kind === 'chain', values }, true);
  const next = nextText(job, session);
  if (next !== '') session.say(`  next run ${next}`);
};

export const add: Action<JobAddFlags> = async (session, [id = '', ...sources], flags) => {
  const before = await readConfiguration(session.place());
  const job = newJob(session, before, id, sources, flags);
  const file = fileOf(before);
  let proposed = before;
  const text = await editConfigurationFile(file, async (current) => {
    const edited = addJob(current, job);
    proposed = await tried(session, edited, `The job ${id} was not added: with it`);
    return edited;
  });
  const after = jobNamed(proposed, id);
  if (session.json) return session.document('job', describe(after, session.now()));
  const lines = jobLines(text, id);
  const place = lines === undefined ? '' : `:${lines.first}-${lines.last}`;
  const near = relative(session.cwd, file);
  const shown = near.startsWith('..') ? file : near;
  const next = nextText(after, session);
  session.done(
    `added to ${printable(shown)}${place} (nothing else in the file changed)`,
    `${next === '' ? 'runs by hand only' : `next run ${next}`}; try it now: umbra run ${id}`,
  );
};

/** Tried before it is written: an edit that is refused would take every other job with it. */
const tried = async (session: Session, edited: string, what: string): Promise<Configuration> =>
  await proposedConfiguration(session.place(), edited).catch((error: unknown) => {
    session.notice(`${what} the configuration would be refused. Nothing was written.`);
    throw error;
  });

function newJob(
  session: Session,
  configuration: Configuration,
  id: string,
  sources: readonly string[],
  flags: JobAddFlags,
) {
  if (!nameForm.test(id)) {
    throw new UmbraError('usage.invalid', `"${id}" cannot be the name of a job`, {
      hint: 'Use letters, digits, "-", "_" and ".", a letter or digit first.',
    });
  }
  const { repository = [], schedule, exclude = [], tag = [], description } = flags;
  for (const name of repository) repositoryNamed(configuration, name);
  if (repository.length === 0 && configuration.repositories.size !== 1) {
    const names = [...configuration.repositories.keys()].join(', ');
    throw new UmbraError('usage.invalid', 'which repository?', { hint: `Give --repository with one of: ${names}.` });
  }
  if (schedule !== undefined) calendar.parse(schedule, configuration.timezone);
  return {
    id,
    ...(description === undefined ? {} : { description }),
    sources: sources.map((source) => existing(session, source)),
    repository: oneOrList(repository.length === 0 ? [...configuration.repositories.keys()] : repository),
    ...(schedule === undefined ? {} : { schedule }),
    ...(exclude.length === 0 ? {} : { excludes: [...exclude] }),
    ...(tag.length === 0 ? {} : { tags: [...tag] }),
  };
}

const oneOrList = (names: readonly string[]): string | string[] => (names.length === 1 ? (names[0] ?? '') : [...names]);

function existing({ cwd }: Session, source: string): string {
  const path = resolve(cwd, source);
  if (existsSync(path)) return path;
  throw new UmbraError('source.missing', `there is no ${path} to protect`, { hint: 'Correct the path.' });
}

export const remove: Action<NoFlags> = async (session, [name = '']) => {
  const configuration = await readConfiguration(session.place());
  const { kind } = jobNamed(configuration, name);
  const stays = kind === 'backup' || kind === 'copy' ? 'its snapshots stay' : 'its history stays';
  demandUnused(configuration, name);
  if (!(await confirm(session, `Remove the job ${name}? ${stays.replace('its', 'Its')}.`, false))) {
    throw new UmbraError('run.cancelled', 'nothing was changed');
  }
  const file = fileOf(configuration);
  await demandIn(session, file, name);
  await editConfigurationFile(file, async (current) => {
    const edited = removeJob(current, name);
    await tried(session, edited, `The job ${name} was not removed: without it`);
    return edited;
  });
  if (session.json) return session.document('job-removed', { job: name, file });
  session.done(`${name} is out of ${printable(file)}; ${stays}`);
};

/** Without it the configuration would name a job that is not there, and be refused. */
function demandUnused({ jobs }: Configuration, name: string): void {
  const users = [...jobs.values()].filter((job) => job.id !== name && namesOf(job).includes(name)).map(({ id }) => id);
  if (users.length === 0) return;
  throw new UmbraError('usage.invalid', `${name} is named by ${users.join(', ')}`, {
    hint: 'Take it out of them first, or set "enabled: false".',
  });
}

/** The jobs that a job names. */
function namesOf(job: JobDefinition): readonly string[] {
  const upstream = (job.after ?? []).map((edge) => edge.job);
  if (job.kind === 'chain') return [...upstream, ...job.nodes.map((node) => node.job)];
  return job.kind === 'copy' || job.kind === 'forget' || job.kind === 'drill' ? [...upstream, ...job.jobs] : upstream;
}

/** A job of an included file is listed like any other, but only the file itself is edited. */
async function demandIn(session: Session, file: string, job: string): Promise<void> {
  const { configFile, ...place } = session.place();
  const { stateDir } = runtimePaths(place);
  const values = await explainConfiguration({ ...place, path: configFile, calendar, stateDir, job });
  const origin =
    values.find(({ layer, file: from }) => ['job', 'chain'].includes(layer) && from !== undefined)?.file ?? file;
  if (origin === file) return;
  throw new UmbraError('usage.invalid', `the job ${job} is not in ${file} but in ${origin}`, {
    hint: `Take it out of ${origin}.`,
  });
}

function fileOf({ file }: Configuration): string {
  if (file !== undefined) return file;
  throw new UmbraError('config.absent', 'there is no configuration file to edit', { hint: 'Run `umbra init`.' });
}

function nextText(job: JobDefinition, session: Session): string {
  const next = nextStartOf(job, calendar, session.now());
  return next === undefined ? '' : dayTime(next, session.now());
}

const describe = (job: JobDefinition, now: number) => jobDocument(job, nextStartOf(job, calendar, now));
