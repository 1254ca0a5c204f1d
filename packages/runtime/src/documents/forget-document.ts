import {
  forgetActions,
  isLiftedByAgreement,
  type ForgetAction,
  type ForgetDecision,
  type ForgetOutlook,
} from '@umbracore/contracts';
import type { TakenBack } from '@umbracore/coordinator-core';
import { exitCodes } from './exit-codes.ts';
import { timestamp } from './timestamp.ts';

export type ForgetDocument = ReturnType<typeof forgetDocument>;

/** Plans as `umbra.forget/1`. */
export const forgetDocument = (outlooks: readonly ForgetOutlook[]) => ({
  plans: outlooks.map(planDocument),
});

/** Held back by the guard is a failure, as it is for a run that does the same. */
export const forgetExitCode = (outlooks: readonly ForgetOutlook[]): number =>
  outlooks.some(({ objections }) => objections.length > 0) ? exitCodes.failed : exitCodes.done;

function planDocument(outlook: ForgetOutlook) {
  const { job, repository, plan, objections, untouched } = outlook;
  const actionOf = forgetActions(outlook);
  const snapshots = plan.map((decision) => ({ ...decisionDocument(decision), action: actionOf(decision) }));
  const count = (action: ForgetAction): number => snapshots.filter((snapshot) => snapshot.action === action).length;
  return {
    job,
    repository,
    keep: count('keep'),
    mark: count('mark'),
    forget: count('forget'),
    hold: count('hold'),
    untouched,
    objections: objections.map((objection) => ({ ...objection, agreeable: isLiftedByAgreement(objection) })),
    snapshots,
  };
}

const decisionDocument = ({ snapshot, job, time, reasons }: ForgetDecision) => ({
  id: snapshot,
  job,
  time: timestamp(time),
  reasons,
});

/** What was taken back as `umbra.forget-undone/1`. */
export const forgetUndoneDocument = (taken: readonly TakenBack[]) => ({
  plans: taken.map(({ job, repository, snapshots }) => ({
    job,
    repository,
    snapshots: [...snapshots].map(([previous, snapshot]) => ({ previous, snapshot })),
  })),
});
