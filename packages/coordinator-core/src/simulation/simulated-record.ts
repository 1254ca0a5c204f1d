import type { JobDefinition, RunRecord } from '@umbracore/contracts';
import type { SimulatedRun } from './simulated-run.ts';

/** A simulated run as the decisions know runs: they look at nothing but its job, its slot and its times. */
export function recordOf(run: SimulatedRun, job: JobDefinition, slot: string): RunRecord {
  return {
    id: run.id,
    job: run.job,
    repository: run.repository,
    trigger: run.trigger,
    parent: run.parent,
    slot,
    slotAt: run.slotAt,
    state: run.outcome ?? (run.startedAt === null ? 'queued' : 'running'),
    revision: 1,
    queuedAt: run.slotAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    retryAt: null,
    cancelRequestedAt: null,
    attempts: [],
    snapshot: null,
    stats: null,
    unreadable: [],
    unreadableCount: 0,
    suspicions: [],
    sources: [],
    verification: null,
    error: null,
    because: run.because,
    report: null,
    plan: { job, repository: null, options: {} },
  };
}
