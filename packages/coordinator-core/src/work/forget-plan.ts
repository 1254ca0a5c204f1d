import { forgottenAt, jobOfTags, pinOfTags } from '@umbracore/contracts';
import type { ForgetDecision, ForgetPlan, Instant, RetentionPolicy, Snapshot } from '@umbracore/contracts';
import type { Origin, Origins } from './snapshot-origins.ts';

/**
 * The plan for all snapshots, in which those of doubtful runs take no good one's place: a good snapshot stays if the policy
 * keeps it among all of them or among the good ones alone. Two sorts stay without being counted by any rule, so that they push
 * nothing out: those of open runs, and those whose date cannot be right.
 */
export function planWithoutDoubt(
  snapshots: readonly Snapshot[],
  origins: Origins,
  plan: (snapshots: readonly Snapshot[]) => ForgetPlan,
): ForgetPlan {
  const uncounted = snapshots.flatMap((snapshot) => stayUncounted(snapshot, origins.get(snapshot.id)));
  const apart = new Set(uncounted.map(({ snapshot }) => snapshot));
  const counted = snapshots.filter(({ id }) => !apart.has(id));
  const good = counted.filter(({ id }) => origins.get(id)?.reputation === 'good');
  const amongGood = new Map(plan(good).map((decision) => [decision.snapshot, decision]));
  const decided = plan(counted).map((decision) => {
    const alone = amongGood.get(decision.snapshot);
    return decision.keep || alone?.keep !== true ? decision : withReasons(alone, 'among the snapshots of good runs');
  });
  return uncounted.length === 0 ? decided : [...decided, ...uncounted].sort(oldestFirst);
}

function stayUncounted({ id, time, tags }: Snapshot, origin: Origin | undefined): readonly ForgetDecision[] {
  const job = jobOfTags(tags);
  const reasons = [
    ...(origin?.reputation === 'open' ? ['its run has not ended'] : []),
    ...(origin?.oddTime === undefined ? [] : [`${origin.oddTime}, so no rule counts it`]),
  ];
  return job === undefined || reasons.length === 0 ? [] : [{ snapshot: id, time, job, keep: true, reasons }];
}

/**
 * What was marked to be removed: it goes when the time to take it back has passed, or at once if the policy has no such time any
 * more. A pin keeps it all the same.
 */
export function planMarked(
  snapshots: readonly Snapshot[],
  { undoMs = 0 }: Pick<RetentionPolicy, 'undoMs'>,
  now: Instant,
): ForgetPlan {
  return snapshots.flatMap(({ id, time, tags }) => {
    const [job, at] = [jobOfTags(tags), forgottenAt(tags)];
    if (job === undefined || at === undefined) return [];
    const isPinned = pinOfTags(tags) !== undefined;
    const isOver = now >= at + undoMs;
    const end = isOver ? '' : `, goes after ${new Date(at + undoMs).toISOString()}`;
    const reasons = [...(isPinned ? ['pinned'] : []), `forgotten ${new Date(at).toISOString()}${isPinned ? '' : end}`];
    return [{ snapshot: id, time, job, keep: isPinned || !isOver, reasons, isMarked: true }];
  });
}

/** All decisions in the order of plans. */
export const inOrder = (...plans: readonly ForgetPlan[]): ForgetPlan => plans.flat().sort(oldestFirst);

/** The plan as far as somebody agreed to it: what else it would remove stays. */
export function agreedOnly(plan: ForgetPlan, agreed: readonly string[]): ForgetPlan {
  const known = new Set(agreed);
  return plan.map((decision) =>
    decision.keep || known.has(decision.snapshot)
      ? decision
      : { ...decision, keep: true, reasons: ['not among those that were agreed to'] },
  );
}

const oldestFirst = (a: ForgetDecision, b: ForgetDecision): number =>
  a.time - b.time || (a.snapshot > b.snapshot ? -1 : Number(a.snapshot < b.snapshot));

const withReasons = (decision: ForgetDecision, where: string): ForgetDecision => ({
  ...decision,
  reasons: decision.reasons.map((reason) => `${reason} ${where}`),
});
