import type { SimulatedRun } from '@umbracore/coordinator-core';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** A run of a forecast; `slot` is when it is due, `readyAt` when jitter and windows let it start. */
export const simulatedDocument = (run: SimulatedRun) => ({
  id: run.id,
  job: run.job,
  repository: run.repository === '' ? null : run.repository,
  trigger: run.trigger,
  parent: run.parent,
  slot: timestamp(run.slotAt),
  readyAt: timestamp(run.readyAt),
  startAt: timestampOrNull(run.startedAt),
  endAt: timestampOrNull(run.finishedAt),
  outcome: run.outcome,
  because: run.because === null ? null : { code: run.because.code, text: run.because.text },
  heldBy: run.held,
});
