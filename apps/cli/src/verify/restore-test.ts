import type { Configuration, DrillJobDefinition, RepositoryDefinition } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { defineDrill } from '../doors/runtime.ts';
import { runOneHere } from '../run/run-here.ts';
import type { Session } from '../session.ts';

export interface RestoreTestWish {
  /** As the drill of the configuration has it if undefined. */
  readonly files: number | undefined;
  /** Only snapshots of this job. */
  readonly job: string | undefined;
}

/** Restores some files of a repository by way of trial, as a run that history keeps. Resolves to its exit code. */
export async function restoreTest(
  session: Session,
  { configuration, coordinator }: Runtime,
  repository: RepositoryDefinition,
  wish: RestoreTestWish,
): Promise<number> {
  const drill = drillFor(configuration, repository, wish);
  await coordinator.registerBackupJob(drill, [repository]);
  return await runOneHere(session, { job: drill.id, repository: repository.name, options: {} });
}

/** The drill that the configuration has for the repository, within what is wished; else one with the defaults. */
export function drillFor(
  { jobs }: Pick<Configuration, 'jobs'>,
  { name }: Pick<RepositoryDefinition, 'name'>,
  { files, job }: RestoreTestWish,
): DrillJobDefinition {
  const known = [...jobs.values()].find(
    (each): each is DrillJobDefinition =>
      each.kind === 'drill' &&
      each.repositories.includes(name) &&
      (job === undefined || each.jobs.length === 0 || each.jobs.includes(job)),
  );
  const found = known ?? defineDrill({ id: `restore-test-${name}`, repository: name });
  const wished = files === undefined ? found : { ...found, files };
  // Other jobs' canaries are in none of its snapshots.
  return job === undefined ? wished : { ...wished, jobs: [job], canaries: [] };
}
