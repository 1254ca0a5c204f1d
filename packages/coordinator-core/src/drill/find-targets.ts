import { forgottenAt, isTerminal, jobOfTags, runOfTags } from '@umbracore/contracts';
import type { JobId, Snapshot, StateStore, StepRecord } from '@umbracore/contracts';
import { countsAsSuccess } from '../protection.ts';
import type { DrillMemory } from './memory.ts';
import { planTargets, type Candidates, type DrillTarget, type TargetWish } from './plan-targets.ts';
import { seededKeys } from './seeded-key.ts';

/** One drill of so many tries an older snapshot of a job beside the newest. */
const olderEvery = 4;

export interface TargetQuestion extends Omit<TargetWish, 'again'> {
  /** Only of these; empty for all. */
  readonly jobs: readonly JobId[];
  /** Oldest first. */
  readonly present: readonly Snapshot[];
  readonly memory: DrillMemory;
}

/** The snapshots to try of those that are there, by what the history says of them. */
export async function findTargets(store: StateStore, question: TargetQuestion): Promise<readonly DrillTarget[]> {
  const { jobs, present, memory, seed } = question;
  const keyOf = seededKeys(seed);
  const candidates: Candidates[] = [];
  for (const [job, snapshots] of byJob(present, jobs)) {
    const newest = (await firstGood(store, snapshots)) ?? snapshots[0];
    if (newest === undefined) continue;
    const others = keyOf(`${job} whether`) % olderEvery === 0 ? snapshots.filter(({ id }) => id !== newest.id) : [];
    const older = await firstGood(store, rotated(others, keyOf(`${job} which`)));
    candidates.push({ job, newest, older, lastTried: memory.lastTried(job) });
  }
  const wanted = memory.failures.filter(({ job }) => jobs.length === 0 || jobs.includes(job));
  const again = wanted.flatMap(({ job, snapshot, path }) => {
    const found = present.find(({ id, original }) => id === snapshot || original === snapshot);
    return found === undefined ? [] : [{ job, snapshot: found.id, path }];
  });
  return planTargets(candidates, { ...question, again });
}

/** Newest first; without what is to be removed soon. */
function byJob(present: readonly Snapshot[], jobs: readonly JobId[]): ReadonlyMap<JobId, readonly Snapshot[]> {
  const found = new Map<JobId, Snapshot[]>();
  for (const snapshot of present.toReversed()) {
    const job = jobOfTags(snapshot.tags);
    if (job === undefined || forgottenAt(snapshot.tags) !== undefined) continue;
    if (jobs.length > 0 && !jobs.includes(job)) continue;
    const ofJob = found.get(job);
    if (ofJob === undefined) found.set(job, [snapshot]);
    else ofJob.push(snapshot);
  }
  return found;
}

const rotated = <T>(items: readonly T[], number: number): readonly T[] => {
  const start = items.length === 0 ? 0 : number % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
};

/** So many snapshots of a job are asked about: behind them, one is as good as the other. */
const mostAsked = 20;

/** The first one of a good run, or of a run that nobody knows any more. */
async function firstGood(store: StateStore, snapshots: readonly Snapshot[]): Promise<Snapshot | undefined> {
  for (const snapshot of snapshots.slice(0, mostAsked)) {
    const id = runOfTags(snapshot.tags);
    const run = id === undefined ? undefined : await store.run(id);
    if (run === undefined || (isTerminal(run.state) && countsAsSuccess(run))) return snapshot;
  }
  return undefined;
}

/** What an attempt before this one had chosen, if all of it is still there. */
export function targetsIn(
  steps: readonly StepRecord[],
  present: readonly Snapshot[],
): readonly DrillTarget[] | undefined {
  const written = steps.findLast(({ kind, detail }) => kind === 'drill' && Array.isArray(detail['targets']));
  const targets = written?.detail['targets'];
  if (!Array.isArray(targets) || !targets.every(isTarget)) return undefined;
  const known = new Set(present.map(({ id }) => id));
  return targets.every(({ snapshot }) => known.has(snapshot)) ? targets : undefined;
}

function isTarget(value: unknown): value is DrillTarget {
  if (typeof value !== 'object' || value === null) return false;
  const { job, snapshot, files, maxBytes, must }: Partial<Record<keyof DrillTarget, unknown>> = value;
  const isNamed = typeof job === 'string' && typeof snapshot === 'string';
  return isNamed && typeof files === 'number' && typeof maxBytes === 'number' && Array.isArray(must);
}
