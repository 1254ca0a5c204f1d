import { reasonOf, UmbraError } from '@umbracore/contracts';
import type { Backend, Progress, RestoreResult, Snapshot, SnapshotEntry, TreeReader } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { runEngine } from '../work/repeatable.ts';
import { inBatches } from './batches.ts';
import { compare, type Comparison } from './compare.ts';
import { ContentLookup } from './content.ts';
import type { DrillTarget } from './plan-targets.ts';
import type { Sandbox } from './sandbox.ts';
import { askCopies, type Doubtful } from './second-opinion.ts';
import { bytesOf, type ChosenTarget, type Tally } from './tally.ts';

/** What a trial works with. */
export interface Trial {
  readonly attempt: Attempt;
  readonly backend: Backend;
  readonly sandbox: Sandbox;
  readonly tally: Tally;
  /** What the repository holds. */
  readonly present: readonly Snapshot[];
}

/** What one engine restores. */
interface Batch {
  readonly target: DrillTarget;
  readonly entries: readonly SnapshotEntry[];
  /** Absent before, for restic 0.14 restores hard links rightly into an empty folder alone. */
  readonly folder: string;
  /** Of all batches before this one, and of all there are. */
  readonly done: Amount;
  readonly total: Amount;
}

interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Restores what was chosen, one snapshot after the other, and compares every file of it: with its source, with the hashes of
 * the repository, and where neither serves with the same file from a repository that has copies.
 */
export async function tryAll(trial: Trial, chosen: readonly ChosenTarget[]): Promise<void> {
  const { attempt, backend, sandbox } = trial;
  const targets = chosen.map(({ target }) => target);
  const total = chosen.reduce((sum, { choice }) => plus(sum, choice.files), nothing);
  let done = nothing;
  await using trees = await treesOf(attempt, backend);
  for (const { target, choice } of chosen) {
    const content = trees && new ContentLookup(trees, target.snapshot);
    for (const entries of inBatches(choice.files)) {
      const batch = { target, entries, folder: sandbox.newFolder(), done, total };
      const result = await restore(trial, batch, targets);
      attempt.verifying();
      const undecided = await compareAll(trial, batch, content, result);
      if (undecided.length > 0) await decide(trial, batch, targets, undecided);
      await sandbox.clear(batch.folder);
      done = plus(done, entries);
    }
  }
}

const nothing: Amount = { files: 0, bytes: 0 };

const plus = ({ files, bytes }: Amount, entries: readonly SnapshotEntry[]): Amount => ({
  files: files + entries.length,
  bytes: bytes + bytesOf({ files: entries }),
});

/** Where the hashes cannot be read, the sources have to do. */
async function treesOf(attempt: Attempt, backend: Backend): Promise<TreeReader | undefined> {
  if (!backend.supports.has('trees')) return undefined;
  try {
    return await backend.openTrees({ signal: attempt.signal });
  } catch (error) {
    attempt.signal.throwIfAborted();
    attempt.note(`The hashes of the repository cannot be read here: ${reasonOf(error)}`);
    return undefined;
  }
}

async function restore(
  { attempt, backend, tally }: Trial,
  { target, entries, folder, done, total }: Batch,
  targets: readonly DrillTarget[],
): Promise<RestoreResult> {
  const { snapshot } = target;
  const include = entries.map(({ path }) => path);
  const spec = { snapshot, target: folder, include, exclude: [], overwrite: 'always', verify: true } as const;
  const share = bytesOf({ files: entries });
  const whole = ofWhole(done, total, share);
  const began = attempt.ports.clock.monotonicMs();
  const detail = { snapshot, files: include.length, targets };
  const result = await runEngine(attempt, { kind: 'drill', detail }, (operation) =>
    // Nobody needs what an engine restores whose drill is gone.
    backend.restore(spec, { ...operation, orphanPolicy: 'die', report: (each) => attempt.report(whole(each)) }),
  );
  tally.restored(snapshot, attempt.ports.clock.monotonicMs() - began, share);
  return result;
}

/** Makes the progress of a restore that of the drill: `share` are the bytes of this one. */
const ofWhole =
  (done: Amount, total: Amount, share: number) =>
  ({ percentage, filesProcessed, ...progress }: Progress): Progress => {
    const bytesProcessed = done.bytes + ((percentage ?? 0) / 100) * share;
    return {
      ...progress,
      // The end of one restore is not that of the drill.
      phase: progress.phase === 'done' ? 'restoring' : progress.phase,
      filesProcessed: done.files + filesProcessed,
      filesTotal: total.files,
      bytesProcessed: Math.floor(bytesProcessed),
      bytesTotal: total.bytes,
      percentage: total.bytes === 0 ? undefined : (100 * bytesProcessed) / total.bytes,
    };
  };

async function compareAll(
  { attempt, backend, tally, present }: Trial,
  { target, entries, folder }: Batch,
  content: ContentLookup | undefined,
  result: RestoreResult,
): Promise<readonly Doubtful[]> {
  const { signal, ports } = attempt;
  const reasons = new Map(result.failed.map(({ path, reason }) => [path, reason]));
  const hasSource = present.find(({ id }) => id === target.snapshot)?.host === ports.host;
  const watch = { signal, alive: () => attempt.alive() };
  const undecided: Doubtful[] = [];
  for (const entry of entries) {
    const { path } = entry;
    const pieces = await content?.piecesOf(path, signal).catch(() => signal.throwIfAborted());
    const dump = (sink: (chunk: Uint8Array) => Promise<void>): Promise<void> =>
      backend.dump(target.snapshot, path, sink, { signal });
    const asked = { entry, folder, hasSource, pieces: pieces ?? undefined };
    const comparison = await compare({ ...asked, dump: backend.supports.has('dump') ? dump : undefined }, watch);
    if (comparison.type === 'none') undecided.push({ entry, changed: comparison.changed });
    else tally.compared(target, path, explained(comparison, reasons.get(path), folder));
  }
  return undecided;
}

/** Nothing in this repository says whether these are right: perhaps another one does. */
async function decide(
  trial: Trial,
  { target, folder }: Batch,
  targets: readonly DrillTarget[],
  files: readonly Doubtful[],
): Promise<void> {
  const snapshot = trial.present.find(({ id }) => id === target.snapshot);
  if (snapshot !== undefined) return await askCopies(trial, { target, snapshot, targets, folder, files });
  for (const { entry, changed } of files) trial.tally.compared(target, entry.path, { type: 'none', changed });
}

/** Rights and times that cannot be set come after the content, and keep nothing of it away. */
const couldNotWrite = (said: string, folder: string): boolean =>
  ['open', 'mkdir', 'write', 'truncate'].some((deed) => said.includes(`${deed} ${folder}`)) &&
  !/no such file/i.test(said);

/**
 * With what the engine said of the file. What it could not write here says nothing about the backup: throws `engine.disk-full`
 * and `restore.target`.
 */
function explained(comparison: Comparison, said: string | undefined, folder: string): Comparison {
  if (comparison.type !== 'failed' || said === undefined) return comparison;
  if (/no space left|disk quota/i.test(said)) {
    throw new UmbraError('engine.disk-full', `There was no room for the restored files: ${said}`, {
      hint: 'Give the drill a smaller `maxSize`, or point TMPDIR to a larger disk.',
    });
  }
  if (couldNotWrite(said, folder)) {
    throw new UmbraError('restore.target', `The files to be tried could not be written here: ${said}`, {
      hint: 'Point TMPDIR to a disk that takes files as those that are saved.',
    });
  }
  return { ...comparison, reason: `${comparison.reason}: ${said}` };
}
