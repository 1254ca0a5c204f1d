import { unknownProgress, type Phase, type Progress } from '@umbracore/contracts';

/** How far something is that goes through so many things, one after the other. */
export const countedProgress = (phase: Phase, done: number, total: number): Progress => ({
  ...unknownProgress,
  phase: done === total ? 'done' : phase,
  percentage: total === 0 ? 100 : (100 * done) / total,
  filesProcessed: done,
  filesTotal: total,
});
