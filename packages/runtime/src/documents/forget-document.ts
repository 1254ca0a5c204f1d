import { isLiftedByAgreement, type ForgetDecision, type ForgetOutlook } from '@umbracore/contracts';
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

function planDocument({ job, repository, plan, objections, removable, untouched }: ForgetOutlook) {
  const going = new Set(removable);
  const snapshots = plan.map((decision) => ({ ...decisionDocument(decision), action: actionOf(decision, going) }));
  const count = (action: ForgetAction): number => snapshots.filter((snapshot) => snapshot.action === action).length;
  return {
    job,
    repository,
    keep: count('keep'),
    forget: count('forget'),
    hold: count('hold'),
    untouched,
    objections: objections.map((objection) => ({ ...objection, agreeable: isLiftedByAgreement(objection) })),
    snapshots,
  };
}

/** What becomes of a snapshot. `hold`: its policy lets it go, and the guard does not. */
export type ForgetAction = 'keep' | 'forget' | 'hold';

export const actionOf = ({ snapshot, keep }: ForgetDecision, going: ReadonlySet<string>): ForgetAction =>
  keep ? 'keep' : going.has(snapshot) ? 'forget' : 'hold';

const decisionDocument = ({ snapshot, job, time, reasons }: ForgetDecision) => ({
  id: snapshot,
  job,
  time: timestamp(time),
  reasons,
});
