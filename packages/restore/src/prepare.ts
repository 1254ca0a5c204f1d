import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { UmbraError, type Backend, type Operation, type Snapshot } from '@umbracore/contracts';
import { refuseOpen } from './apply/from-staged.ts';
import { choose, type Chosen, type Wanted } from './plan/choose.ts';
import type { RestoreMode } from './plan/decide.ts';
import { lookUp } from './plan/look-up.ts';
import { planRestore, type RestorePlan } from './plan/plan-restore.ts';
import { basesOf, existsNothing, realBase, realPath, targetIn, type Base } from './target/bases.ts';
import { findExtras, type Deleting, type Extras } from './target/extras.ts';
import { obstaclesTo, type Obstacle } from './target/obstacles.ts';
import { lookAtPath } from './target/look-at.ts';
import { planStages, type PlannedStage } from './target/stages.ts';
import { unwritableFor, type Unwritable } from './target/writable.ts';

export interface RestoreRequest {
  readonly repository: string;
  readonly snapshot: Snapshot;
  readonly wanted: Wanted;
  /** An absolute folder; undefined: to where it came from. */
  readonly target: string | undefined;
  readonly mode: RestoreMode;
  /** Compares what was written with the repository before it is put in place. */
  readonly verify: boolean;
  /** A folder into which somebody with more rights has restored it already, with owners: it is put in place from there. */
  readonly broughtTo?: string | undefined;
  /** Removes what the snapshot does not have from the folders that it has; absent: nothing is removed. */
  readonly deletes?: Deleting | undefined;
}

/** A restore as it would be carried out now. Nothing is written yet. */
export interface PreparedRestore {
  readonly request: RestoreRequest;
  readonly chosen: Chosen;
  readonly plan: RestorePlan;
  readonly extras: Extras;
  readonly bases: readonly Base[];
  readonly stages: readonly PlannedStage[];
  /** It is not begun if more files than this would be removed. */
  readonly removesAtMost: number;
  /** It is not begun before these are out of the way. */
  readonly obstacles: readonly Obstacle[];
  /** Folders that are made for the target, outermost first. */
  readonly made: readonly string[];
  /** It is not begun while nothing can be made there. */
  readonly unwritable: Unwritable | undefined;
  /** False where the target is new: then what is restored is removed by removing that folder. */
  readonly undoable: boolean;
  /** Stands for what would be done. It changes with it. */
  readonly digest: string;
}

/** Throws `snapshot.absent`, `usage.invalid`, `restore.target`. */
export async function prepare(
  backend: Backend,
  request: RestoreRequest,
  operation: Operation,
): Promise<PreparedRestore> {
  const chosen = await choose(backend, request.snapshot, request.wanted, operation);
  return planAgain({ request, chosen });
}

/** The same with another mode, without asking the repository again. */
export function planAgain({ request, chosen }: Pick<PreparedRestore, 'request' | 'chosen'>): PreparedRestore {
  const { target, snapshot, mode } = request;
  if (request.broughtTo !== undefined) refuseOpen(request.broughtTo);
  const inPlace = target === undefined;
  if (!inPlace) demandFolder(target);
  const bases = basesOf(snapshot.paths, target).map((base) => realBase(base, inPlace));
  const targetOf = (path: string): string => targetIn(bases, path);
  const files = planRestore(chosen.entries, { targetOf, lookUp, mode });
  const extras = extrasOf(request, chosen, files, bases);
  const plan = withRemovals(files, extras);
  const { roots } = chosen;
  // With patterns folders are not wanted for themselves, so a whole one is never asked for.
  const isWhole = chosen.entries === chosen.listed;
  const some = isWhole ? chosen.listed.filter(({ type }) => type !== 'dir') : chosen.listed;
  const listed = [...some, ...(isWhole ? plan.folders : [])].map(({ path }) => path);
  const stages = planStages({
    plan,
    bases,
    removed: extras.removals.map(({ place }) => place),
    listed,
    roots,
    sources: inPlace ? snapshot.paths : [target],
  });
  const made = inPlace ? [] : absentFolders(realPath(target));
  return {
    request,
    chosen,
    plan,
    extras,
    bases,
    stages,
    obstacles: obstaclesTo(plan, bases, mode === 'never'),
    made,
    unwritable: unwritableFor(stages, made),
    removesAtMost: request.deletes?.atMost ?? plan.entries.length,
    undoable: inPlace || !isEmpty(target),
    digest: digestOf(plan, extras),
  };
}

function demandFolder(target: string): void {
  if (target.includes('\0')) throw new UmbraError('restore.target', `${JSON.stringify(target)} holds a NUL character`);
  if (!target.startsWith('/')) throw new UmbraError('restore.target', `${target} is not an absolute path`);
  const facts = lookAtPath(`${target}/.`) ?? lookAtPath(target);
  if (facts === undefined || facts.isDirectory()) return;
  throw new UmbraError('restore.target', `${target} is no folder`, {
    hint: 'Choose a folder, or a name that is free.',
  });
}

/** Outermost first. */
function absentFolders(folder: string): readonly string[] {
  return existsNothing(folder) ? [...absentFolders(posix.dirname(folder)), folder] : [];
}

function isEmpty(target: string): boolean {
  try {
    return readdirSync(target).length === 0;
  } catch {
    return true;
  }
}

const noExtras: Extras = { removals: [], spared: [] };

function extrasOf(
  { snapshot, wanted, deletes }: RestoreRequest,
  { listed }: Chosen,
  { entries }: RestorePlan,
  bases: readonly Base[],
): Extras {
  if (deletes === undefined) return noExtras;
  const targets = new Set(entries.map(({ target }) => target));
  return findExtras({ listed, sources: snapshot.paths, bases, targets, wanted, deleting: deletes });
}

function withRemovals(plan: RestorePlan, { removals }: Extras): RestorePlan {
  const sum = (of: 'files' | 'bytes'): number => removals.reduce((total, removal) => total + removal[of], 0);
  return {
    ...plan,
    counts: { ...plan.counts, remove: sum('files') },
    bytes: { ...plan.bytes, remove: sum('bytes') },
  };
}

function digestOf({ entries }: RestorePlan, { removals }: Extras): string {
  const hash = createHash('sha256');
  for (const { action, target, entry } of entries) hash.update(`${action}\0${target}\0${entry.size}\n`);
  for (const removal of removals) hash.update(`${JSON.stringify(removal)}\n`);
  return hash.digest('hex').slice(0, 32);
}
