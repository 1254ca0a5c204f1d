import { unbegunRun, type JobDefinition, type RunRecord } from '@umbracore/contracts';
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
    queuedAt: run.slotAt,
    ...unbegunRun,
    state: run.outcome ?? (run.startedAt === null ? 'queued' : 'running'),
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    because: run.because,
    plan: { job, repository: null, options: {} },
  };
}
