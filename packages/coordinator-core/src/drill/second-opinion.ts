import { reasonOf, runOfTags, type Backend, type Snapshot, type SnapshotEntry } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { runEngine } from '../work/repeatable.ts';
import { copiesFor, type ChosenCopy } from './choose-copy.ts';
import { isSameFile, type Watch } from './compare.ts';
import type { DrillTarget } from './plan-targets.ts';
import type { Sandbox } from './sandbox.ts';
import { bytesOf, type Tally } from './tally.ts';

/** A file that came back, of which nothing here says whether it is right. */
export interface Doubtful {
  readonly entry: SnapshotEntry;
  readonly changed: boolean;
}

export interface Undecided {
  readonly target: DrillTarget;
  /** The same snapshot, as the repository lists it. */
  readonly snapshot: Snapshot;
  readonly targets: readonly DrillTarget[];
  /** Where the files are that came back. */
  readonly folder: string;
  readonly files: readonly Doubtful[];
}

interface Copy extends ChosenCopy {
  readonly backend: Backend;
  readonly snapshot: Snapshot;
}

/**
 * Restores the same files from a repository that has a copy of the snapshot, and compares the two. Two that differ are a failure,
 * whichever of them is wrong. What no copy can say anything about stays not compared.
 */
export async function askCopies(
  { attempt, sandbox, tally }: { readonly attempt: Attempt; readonly sandbox: Sandbox; readonly tally: Tally },
  undecided: Undecided,
): Promise<void> {
  const { target, folder, files, snapshot } = undecided;
  const copy = await findCopy(attempt, target, snapshot);
  const isRestored = copy !== undefined && (await sandbox.hasRoom(bytesOf({ files: files.map(({ entry }) => entry) })));
  const second = isRestored ? sandbox.newFolder() : undefined;
  if (copy !== undefined && second !== undefined) await restore(attempt, copy, undecided, second);
  const watch: Watch = { signal: attempt.signal, alive: () => attempt.alive() };
  for (const { entry, changed } of files) {
    const isSame = second === undefined ? undefined : await isSameFile(folder, second, entry, watch);
    if (copy === undefined || isSame === undefined) tally.compared(target, entry.path, { type: 'none', changed });
    else tally.comparedWithCopy(target, entry.path, { isSame, changed, ...namesOf(copy) });
  }
  if (second !== undefined) await sandbox.clear(second);
}

const namesOf = ({ place, reason }: ChosenCopy) => ({ repository: place.repository.name, reason });

/** The first repository that can be asked and has it. */
async function findCopy(attempt: Attempt, { job }: DrillTarget, original: Snapshot): Promise<Copy | undefined> {
  const { plan, ports, signal } = attempt;
  for (const chosen of copiesFor(plan.copies ?? [], job)) {
    const { repository } = chosen.place;
    try {
      const backend = await ports.repositories.backend(repository, signal);
      const snapshot = (await backend.snapshots({}, { signal })).find((each) => isCopy(each, original));
      if (snapshot === undefined) continue;
      attempt.note(`Comparing with ${snapshot.shortId} in ${repository.name}: ${chosen.reason}`);
      return { ...chosen, backend, snapshot };
    } catch (error) {
      signal.throwIfAborted();
      attempt.note(`${repository.name} could not be asked for its copy: ${reasonOf(error)}`);
    }
  }
  return undefined;
}

/** By the first id, or by the run that made it; with the same tree where both tell it. */
const isCopy = (one: Snapshot, other: Snapshot): boolean =>
  (one.tree === undefined || other.tree === undefined || one.tree === other.tree) &&
  ((one.original ?? one.id) === (other.original ?? other.id) ||
    (runOfTags(one.tags) !== undefined && runOfTags(one.tags) === runOfTags(other.tags)));

/** What the other repository cannot give back says nothing of this one: it is noted, and its files stay undecided. */
async function restore(attempt: Attempt, copy: Copy, undecided: Undecided, folder: string): Promise<void> {
  const { backend, snapshot, place } = copy;
  const { files, targets } = undecided;
  const include = files.map(({ entry }) => entry.path);
  const spec = { target: folder, include, exclude: [], overwrite: 'always', verify: true } as const;
  const detail = { snapshot: snapshot.id, repository: place.repository.name, files: include.length, targets };
  try {
    const result = await runEngine(attempt, { kind: 'drill', detail }, (operation) =>
      backend.restore(
        { ...spec, snapshot: snapshot.id },
        { ...operation, orphanPolicy: 'die', report: () => attempt.alive() },
      ),
    );
    for (const { path, reason } of result.failed) {
      attempt.note(`${place.repository.name} did not give ${path.slice(folder.length)} back: ${reason}`);
    }
  } catch (error) {
    attempt.signal.throwIfAborted();
    attempt.note(`${place.repository.name} could not restore its copy: ${reasonOf(error)}`);
  }
}
