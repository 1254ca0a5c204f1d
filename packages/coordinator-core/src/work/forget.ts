import { jobOfTags, UmbraError } from '@umbracore/contracts';
import type { Backend, ForgetPlan, Snapshot } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { planOf } from '../narrow-plan.ts';
import { goodEnd } from '../run-state.ts';
import { objectionTo } from './forget-guard.ts';
import { planWithoutDoubt, reputations } from './forget-plan.ts';
import { knownDamage } from './known-damage.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** Removes the snapshots that the policy does not name, from a listing that was made a moment before. */
export const forgetWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'forget', async (backend) => {
    const { job, repository, options } = planOf(attempt.plan, 'forget');
    const { ports, signal } = attempt;
    const present = await backend.snapshots({}, { signal });
    const ours = present.filter(({ tags }) => isChosen(jobOfTags(tags), job.jobs));
    const known = await reputations(ports.store, ours);
    const now = ports.clock.now();
    const plan = planWithoutDoubt(ours, known, (some) => ports.repositories.planForget(some, job.policy, now));
    tell(attempt, plan);
    const objection = objectionTo(plan, ours, job.policy, now);
    if (objection !== undefined) throw refusal(repository.name, objection, lookAtPlan);
    const kept = plan.filter(({ keep }) => keep).length;
    const doomed = plan.filter(({ keep }) => !keep).map(({ snapshot }) => snapshot);
    if (options.dryRun === true) return goodEnd({ kind: 'forget', removed: doomed, kept });
    const damage = await knownDamage(attempt);
    if (damage !== undefined) throw refusal(repository.name, damage.what, damage.hint);
    if (doomed.length > 0) await remove(attempt, backend, doomed);
    return goodEnd({ kind: 'forget', removed: await removedBy(attempt, doomed, present), kept });
  });

const lookAtPlan = 'Look at the plan in the log of the run and at the snapshots, then correct the policy or the clock.';

const refusal = (repository: string, why: string, hint: string): UmbraError =>
  new UmbraError('forget.refused', `Nothing was removed from ${repository}: ${why}`, { hint });

const isChosen = (job: string | undefined, jobs: readonly string[]): boolean =>
  job !== undefined && (jobs.length === 0 || jobs.includes(job));

function tell(attempt: Attempt, plan: ForgetPlan): void {
  for (const { snapshot, time, job, keep, reasons } of plan) {
    const what = `${snapshot.slice(0, 8)} of ${job}, ${new Date(time).toISOString()}`;
    attempt.note(`${keep ? 'Keep' : 'Remove'} ${what}: ${reasons.join(', ')}`);
  }
}

async function remove(attempt: Attempt, backend: Backend, snapshots: readonly string[]): Promise<void> {
  await runEngine(attempt, { kind: 'forget', detail: { snapshots } }, (operation) =>
    backend.forget(snapshots, operation),
  );
}

/** What this run removed: now, and in attempts that were interrupted. */
async function removedBy(
  attempt: Attempt,
  now: readonly string[],
  present: readonly Snapshot[],
): Promise<readonly string[]> {
  const stillThere = new Set(present.map(({ id }) => id));
  const meant = (await attempt.held.steps()).flatMap(({ kind, detail: { snapshots } }) =>
    kind === 'forget' && Array.isArray(snapshots) ? snapshots.filter((id) => typeof id === 'string') : [],
  );
  return [...new Set([...meant.filter((id) => !stillThere.has(id)), ...now])];
}
