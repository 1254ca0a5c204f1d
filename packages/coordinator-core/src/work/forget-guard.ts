import { jobOfTags } from '@umbracore/contracts';
import type { DurationMs, ForgetDecision, ForgetPlan, Instant, RetentionPolicy, Snapshot } from '@umbracore/contracts';

/** Clocks of other machines may be ahead by so much. */
const aheadMs: DurationMs = 3_600_000;

/**
 * Why a plan must not be carried out, whoever made it; undefined if nothing speaks against it. Removing is the one thing that
 * cannot be done again, so what the plan was made from is looked at once more.
 */
export function objectionTo(
  plan: ForgetPlan,
  snapshots: readonly Snapshot[],
  { minimum }: Pick<RetentionPolicy, 'minimum'>,
  now: Instant,
): string | undefined {
  const jobs = new Map(snapshots.map(({ id, tags }) => [id, jobOfTags(tags)]));
  const stranger = plan.find(({ snapshot, job }) => jobs.get(snapshot) !== job);
  if (stranger !== undefined) return `the plan names ${stranger.snapshot}, which is no snapshot of ${stranger.job}`;
  if (new Set(plan.map(({ snapshot }) => snapshot)).size < plan.length)
    return 'the plan decides twice about a snapshot';
  for (const job of new Set(plan.map((decision) => decision.job))) {
    const decisions = plan.filter((decision) => decision.job === job);
    const objection = objectionToJob(job, decisions, Math.max(1, minimum), now);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function objectionToJob(
  job: string,
  decisions: readonly ForgetDecision[],
  minimum: number,
  now: Instant,
): string | undefined {
  const newest = decisions.reduce((latest, { time }) => Math.max(latest, time), 0);
  if (newest > now + aheadMs) return `the newest snapshot of ${job} is dated ${new Date(newest).toISOString()}`;
  const kept = decisions.filter(({ keep }) => keep).length;
  const removed = decisions.length - kept;
  if (removed === 0 || kept >= minimum) return undefined;
  return kept === 0
    ? `no snapshot of ${job} would stay`
    : `only ${kept} of ${decisions.length} snapshots of ${job} would stay, and ${minimum} have to`;
}
