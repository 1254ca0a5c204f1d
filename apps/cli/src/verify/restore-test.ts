import type { RepositoryDefinition } from '@umbracore/contracts';
import type { Runtime, WantedDrill } from '@umbracore/runtime';
import { drillFor } from '../doors/runtime.ts';
import { runOneHere } from '../run/run-here.ts';
import type { Session } from '../session.ts';

/** Restores some files of a repository by way of trial, as a run that history keeps. Resolves to its exit code. */
export async function restoreTest(
  session: Session,
  { configuration, coordinator }: Runtime,
  repository: RepositoryDefinition,
  wish: Omit<WantedDrill, 'repository'>,
): Promise<number> {
  const drill = drillFor(configuration, { ...wish, repository: repository.name });
  await coordinator.registerBackupJob(drill, [repository]);
  return await runOneHere(session, { job: drill.id, repository: repository.name, options: {} });
}
