import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { BackupJobDefinition, Clock, Configuration, JobDefinition, Source, Finding } from '@umbracore/contracts';
import { ownRepository } from '@umbracore/coordinator-core';

/** A disk that has to wake up needs some seconds; a file server that is dead never answers. */
const patienceMs = 10_000;

/** What is wrong with a path; undefined if nothing is. May never resolve. */
export type Look = (path: string) => Promise<string | undefined>;

/** Whether the sources of all jobs are there. They are looked at together: it takes no longer than one that does not answer. */
export async function* examineSources(
  { jobs, repositories }: Pick<Configuration, 'jobs' | 'repositories'>,
  clock: Pick<Clock, 'sleep'>,
  { signal, look = lookAt }: { readonly signal: AbortSignal; readonly look?: Look | undefined },
): AsyncGenerator<Finding> {
  // Those of privileged jobs are looked at with the rights that they are saved with.
  const backups = [...jobs.values()].filter(isBackup).filter(({ privileged }) => privileged !== true);
  const paths = new Set(backups.flatMap(({ sources }) => sources.flatMap((source) => lookedAt(source) ?? [])));
  const problems = new Map([...paths].map((path) => [path, inTime(look(path), path, { clock, signal })]));
  for (const job of backups) {
    for (const source of job.sources) {
      const problem = await problems.get(lookedAt(source) ?? '');
      yield problem === undefined ? await ofGood(job, source, repositories) : ofBad(job, source, problem);
    }
  }
}

/** What has to be there: of a program that PATH finds nothing can be said before it is started. */
const lookedAt = ({ path, program }: Source): string | undefined =>
  program === undefined ? path : program.command.slice(0, 1).find((name) => name.includes('/'));

const isBackup = (job: JobDefinition): job is BackupJobDefinition => job.kind === 'backup';

async function inTime(
  look: ReturnType<Look>,
  path: string,
  { clock, signal }: { readonly clock: Pick<Clock, 'sleep'>; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const enough = new AbortController();
  const silence = clock.sleep(patienceMs, AbortSignal.any([signal, enough.signal])).then(
    () => `${path}: source does not answer (not within ${patienceMs / 1000} s)`,
    () => {
      signal.throwIfAborted();
      return look;
    },
  );
  return await Promise.race([look.finally(() => enough.abort()), silence]);
}

/** On a thread of its own, for as long as the file system takes. */
async function lookAt(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return absent ? `${path} is not there` : `${path} cannot be read`;
  }
}

const ofBad = ({ id }: BackupJobDefinition, { required }: Source, text: string): Finding => ({
  area: 'source',
  subject: id,
  standing: required ? 'bad' : 'attention',
  text,
  fix: `mount it, let it be read, or correct the sources of ${id}`,
  code: 'source.missing',
});

async function ofGood(
  job: BackupJobDefinition,
  source: Source,
  repositories: Configuration['repositories'],
): Promise<Finding> {
  const { path, program } = source;
  const base = { area: 'source', subject: job.id } as const;
  if (program !== undefined) {
    return { ...base, standing: 'good', text: `what ${program.command[0]} writes is saved as ${path.slice(1)}` };
  }
  for (const name of job.repositories) {
    const own = await ownRepository({ ...job, sources: [source] }, repositories.get(name)?.location ?? '');
    if (own !== undefined) return { ...base, standing: 'attention', ...own };
  }
  return { ...base, standing: 'good', text: `${path} is there and can be read` };
}
