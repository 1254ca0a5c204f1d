import type { Instant, NewCheckReport, NewCheckScope } from '@umbracore/contracts';
import { reasonOf } from '@umbracore/contracts';
import { openRepository } from '../repository.ts';
import type { Credential } from '../reading/open-key.ts';
import { checkRepository, type CheckFindings, type CheckProgress } from '../verifying/check-repository.ts';
import { coverageOf } from '../verifying/coverage.ts';
import { readMemory, writeMemory } from '../verifying/memory-file.ts';
import type { Remembered } from '../verifying/remembered.ts';

/** How long something counts as read lately where nobody says it. */
export const usuallyWithinMs = 30 * 86_400_000;

export interface NewCheckTask {
  readonly path: string;
  readonly credential: Credential;
  /** The file that holds what is known of the repository. */
  readonly memory: string;
  /** A folder for what its index files say. */
  readonly indexDir: string;
  readonly scope: NewCheckScope;
  readonly now: () => Instant;
  readonly report: (progress: CheckProgress) => void;
  readonly signal: AbortSignal;
}

/** A check that goes on from the last one, and leaves to the next what it knows. Gives no advice. */
export async function newCheck(task: NewCheckTask): Promise<NewCheckReport> {
  const { memory, indexDir, scope, now, report, signal } = task;
  await using repository = await openRepository(task.path, task.credential, signal);
  // Who wants everything read again has nothing taken for granted.
  if (scope.read !== 'all') repository.rememberIndex(indexDir);
  const notes: string[] = [];
  const keep = async (remembered: Remembered): Promise<void> => {
    try {
      await writeMemory(memory, repository.id, remembered);
    } catch (error) {
      notes[0] = `What was found could not be remembered, so that it is looked at again: ${reasonOf(error)}`;
    }
  };
  const before = await readMemory(memory, repository.id);
  const { findings, remembered } = await checkRepository(repository, before, { ...scope, now, report, keep, signal });
  await keep(remembered);
  const wanted = typeof scope.read === 'string' ? usuallyWithinMs : scope.read;
  const { problems, snapshots, read, gone } = findings;
  return {
    sound: problems.length === 0,
    problems,
    advice: [],
    notes: [...notes, ...notesOf(findings)],
    snapshots,
    ...(gone.length > 0 && { gone }),
    read,
    coverage: coverageOf(remembered, wanted, now()),
  };
}

function notesOf({ notIndexed }: CheckFindings): readonly string[] {
  if (notIndexed === 0) return [];
  return [`${notIndexed} packs are in no index: an interrupted backup leaves some, and a prune removes them`];
}
