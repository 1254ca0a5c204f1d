import { forgetActions, forgottenAt, forgottenTag, UmbraError } from '@umbracore/contracts';
import type { Backend, ForgetAction, ForgetOutlook, RunReport, Snapshot } from '@umbracore/contracts';
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
    const { supports } = backend;
    const outlook = await forgetOutlook(ports, { job, repository, present, supports, agreed, run });
    tell(attempt, outlook);
    const actionOf = forgetActions(outlook);
    const idsFor = (action: ForgetAction): readonly string[] =>
      outlook.plan.filter((decision) => actionOf(decision) === action).map(({ snapshot }) => snapshot);
    const [doomed, chosen] = [idsFor('forget'), idsFor('mark')];
    if (options.dryRun === true) return endOf(outlook, doomed, chosen);
    if (doomed.length > 0) await remove(attempt, backend, doomed, present);
    const before = await markedBy(attempt, present);
    const marked = chosen.length > 0 ? await mark(attempt, backend, chosen, present) : [];
    return endOf(outlook, await removedBy(attempt, doomed, present), [...before, ...marked]);
  });

/** The id that stays the same when an engine stores a snapshot anew. */
const nameOf = ({ original, id }: Snapshot): string => original ?? id;

/** Gives the ids that the snapshots have then. */
async function mark(
  attempt: Attempt,
  backend: Backend,
  snapshots: readonly string[],
  present: readonly Snapshot[],
): Promise<readonly string[]> {
  const wanted = new Set(snapshots);
  const marking = present.filter(({ id }) => wanted.has(id)).map(nameOf);
  const add = [forgottenTag(attempt.ports.clock.now())];
  const renamed = await runEngine(attempt, { kind: 'forget', detail: { marking } }, (operation) =>
    backend.tag(snapshots, add, [], operation),
  );
  return snapshots.map((id) => renamed.get(id) ?? id);
}

/** What attempts of this run marked that were interrupted. */
async function markedBy(attempt: Attempt, present: readonly Snapshot[]): Promise<readonly string[]> {
  const meant = new Set(await idsOfSteps(attempt, 'marking'));
  return present
    .filter((snapshot) => forgottenAt(snapshot.tags) !== undefined && meant.has(nameOf(snapshot)))
    .map(({ id }) => id);
}

async function idsOfSteps({ held }: Attempt, field: 'snapshots' | 'marking'): Promise<readonly string[]> {
  return (await held.steps()).flatMap(({ kind, detail: { [field]: ids } }) =>
    kind === 'forget' && Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [],
  );
}

/** What is held back is a failure, also where something else went: somebody has to look at it. */
function endOf(
  { plan, objections, removable, repository }: ForgetOutlook,
  removed: readonly string[],
  marked: readonly string[],
): RunEnd {
  const going = plan.filter(({ keep }) => !keep).length;
  const held = going - removable.length;
  const report: RunReport = {
    kind: 'forget',
    removed,
    kept: plan.length - removable.length,
    ...(marked.length > 0 && { marked }),
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

const actionWords: Readonly<Record<ForgetAction, string>> = {
  keep: 'Keep',
  mark: 'Mark',
  forget: 'Remove',
  hold: 'Hold back',
};

function tell(attempt: Attempt, outlook: ForgetOutlook): void {
  const actionOf = forgetActions(outlook);
  for (const decision of outlook.plan) {
    const { snapshot, time, job, reasons } = decision;
    const what = `${snapshot.slice(0, 8)} of ${job}, ${new Date(time).toISOString()}`;
    attempt.note(`${actionWords[actionOf(decision)]} ${what}: ${reasons.join(', ')}`);
  }
  for (const { text } of outlook.objections) attempt.note(`Held back: ${text}`);
}

async function remove(
  attempt: Attempt,
  backend: Backend,
  snapshots: readonly string[],
  present: readonly Snapshot[],
): Promise<void> {
  const nameById = new Map(present.map((snapshot) => [snapshot.id, nameOf(snapshot)]));
  const names = snapshots.map((id) => nameById.get(id) ?? id);
  await runEngine(attempt, { kind: 'forget', detail: { snapshots, names } }, (operation) =>
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
  const meant = await idsOfSteps(attempt, 'snapshots');
  return [...new Set([...meant.filter((id) => !stillThere.has(id)), ...now])];
}
