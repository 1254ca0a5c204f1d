import { UmbraError } from '@umbracore/contracts';
import type { Backend, ForgetOutlook, RunReport, Snapshot } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { planOf } from '../narrow-plan.ts';
import { emptyEnd, goodEnd, type RunEnd } from '../run-state.ts';
import { forgetOutlook } from './forget-outlook.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** Removes the snapshots that the policy does not name, from a listing that was made a moment before. */
export const forgetWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'forget', async (backend) => {
    const { job, repository, options } = planOf(attempt.plan, 'forget');
    const { ports, signal, run } = attempt;
    const present = await backend.snapshots({}, { signal });
    const agreed = options.agreedSnapshots;
    const outlook = await forgetOutlook(ports, { job, repository: repository.name, present, agreed, run });
    tell(attempt, outlook);
    const { removable } = outlook;
    if (options.dryRun === true) return endOf(outlook, removable);
    if (removable.length > 0) await remove(attempt, backend, removable);
    return endOf(outlook, await removedBy(attempt, removable, present));
  });

/** What is held back is a failure, also where something else went: somebody has to look at it. */
function endOf({ plan, objections, removable, repository }: ForgetOutlook, removed: readonly string[]): RunEnd {
  const going = plan.filter(({ keep }) => !keep).length;
  const held = going - removable.length;
  const report: RunReport = {
    kind: 'forget',
    removed,
    kept: plan.length - removable.length,
    ...(held > 0 && { held }),
  };
  const [first, ...more] = objections;
  if (first === undefined) return goodEnd(report);
  const what =
    removable.length === 0
      ? `Nothing was removed from ${repository}`
      : `${held} of ${going} were not removed from ${repository}`;
  const others = more.length === 0 ? '' : `, and for ${more.length} more reasons`;
  const error = new UmbraError('forget.refused', `${what}: ${first.text}${others}`, { hint: first.hint });
  return { ...emptyEnd('failed', error.toRecord()), report };
}

function tell(attempt: Attempt, { plan, objections, removable }: ForgetOutlook): void {
  const going = new Set(removable);
  for (const { snapshot, time, job, keep, reasons } of plan) {
    const what = `${snapshot.slice(0, 8)} of ${job}, ${new Date(time).toISOString()}`;
    const word = keep ? 'Keep' : going.has(snapshot) ? 'Remove' : 'Hold back';
    attempt.note(`${word} ${what}: ${reasons.join(', ')}`);
  }
  for (const { text } of objections) attempt.note(`Held back: ${text}`);
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
