import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { UmbraError, type Backend, type Operation, type Snapshot } from '@umbracore/contracts';
import { choose, type Chosen, type Wanted } from './plan/choose.ts';
import type { RestoreMode } from './plan/decide.ts';
import { lookUp } from './plan/look-up.ts';
import { planRestore, type RestorePlan } from './plan/plan-restore.ts';
import { basesOf, realBase, targetIn, type Base } from './target/bases.ts';
import { obstaclesTo, type Obstacle } from './target/obstacles.ts';
import { lookAtPath } from './target/look-at.ts';
import { planStages, type PlannedStage } from './target/stages.ts';

export interface RestoreRequest {
  readonly repository: string;
  readonly snapshot: Snapshot;
  readonly wanted: Wanted;
  /** An absolute folder; undefined: to where it came from. */
  readonly target: string | undefined;
  readonly mode: RestoreMode;
  /** Compares what was written with the repository before it is put in place. */
  readonly verify: boolean;
}

/** A restore as it would be carried out now. Nothing is written yet. */
export interface PreparedRestore {
  readonly request: RestoreRequest;
  readonly chosen: Chosen;
  readonly plan: RestorePlan;
  readonly bases: readonly Base[];
  readonly stages: readonly PlannedStage[];
  /** It is not begun before these are out of the way. */
  readonly obstacles: readonly Obstacle[];
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
  const inPlace = target === undefined;
  if (!inPlace) demandFolder(target);
  const bases = basesOf(snapshot.paths, target).map((base) => realBase(base, inPlace));
  const targetOf = (path: string): string => targetIn(bases, path);
  const plan = planRestore(chosen.entries, { targetOf, lookUp, mode });
  const { roots } = chosen;
  // With patterns folders are not wanted for themselves, so a whole one is never asked for.
  const isWhole = chosen.entries === chosen.listed;
  const some = isWhole ? chosen.listed.filter(({ type }) => type !== 'dir') : chosen.listed;
  const listed = [...some, ...(isWhole ? plan.folders : [])].map(({ path }) => path);
  return {
    request,
    chosen,
    plan,
    bases,
    stages: planStages({ plan, bases, listed, roots, sources: inPlace ? snapshot.paths : [target] }),
    obstacles: obstaclesTo(plan, bases, mode === 'never'),
    undoable: inPlace || !isEmpty(target),
    digest: digestOf(plan),
  };
}

function demandFolder(target: string): void {
  if (!target.startsWith('/')) throw new UmbraError('restore.target', `${target} is not an absolute path`);
  const facts = lookAtPath(`${target}/.`) ?? lookAtPath(target);
  if (facts === undefined || facts.isDirectory()) return;
  throw new UmbraError('restore.target', `${target} is no folder`, {
    hint: 'Choose a folder, or a name that is free.',
  });
}

function isEmpty(target: string): boolean {
  try {
    return readdirSync(target).length === 0;
  } catch {
    return true;
  }
}

function digestOf({ entries }: RestorePlan): string {
  const hash = createHash('sha256');
  for (const { action, target, entry } of entries) hash.update(`${action}\0${target}\0${entry.size}\n`);
  return hash.digest('hex').slice(0, 32);
}
