import { UmbraError } from '@umbracore/contracts';
import type { Backend, Snapshot } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { jobOf, originOf } from '../narrow-plan.ts';
import { goodEnd } from '../run-state.ts';
import { copiesIn, missingIn } from './missing-snapshots.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** A command line has room for some 30 000 ids. */
const idsPerEngine = 5000;

/** Brings what the source repository has of our jobs and the target does not. */
export const copyWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'copy', async (target) => {
    const { ports, plan, signal } = attempt;
    const job = jobOf(plan, 'copy');
    const from = originOf(plan);
    const source = await ports.repositories.backend(from, signal);
    const offered = await source.snapshots({}, { signal });
    const missing = missingIn(await target.snapshots({}, { signal }), offered, job.jobs);
    attempt.note(`${from.name} has ${missing.length} snapshots that are to be copied`);
    if (plan.options.dryRun === true) {
      for (const { id } of missing) attempt.note(`Would copy ${id}`);
      return goodEnd({ kind: 'copy', copied: missing.map(({ id }) => id) });
    }
    await copyAll(attempt, target, missing);
    return goodEnd({ kind: 'copy', copied: await copiedBy(attempt, target, offered) });
  });

async function copyAll(attempt: Attempt, target: Backend, missing: readonly Snapshot[]): Promise<void> {
  const { ports, plan, signal } = attempt;
  const origin = missing.length === 0 ? undefined : await ports.repositories.resolve(originOf(plan), signal);
  for (let start = 0; origin !== undefined && start < missing.length; start += idsPerEngine) {
    const snapshots = missing.slice(start, start + idsPerEngine).map(({ id }) => id);
    await runEngine(attempt, { kind: 'copy', detail: { snapshots } }, (operation) =>
      target.copyFrom(origin, snapshots, operation),
    );
  }
}

/**
 * The ids that the copies of this run have in the target, those of its earlier attempts too. Throws if one that the engine
 * was to bring is not there.
 */
async function copiedBy(attempt: Attempt, target: Backend, offered: readonly Snapshot[]): Promise<readonly string[]> {
  const wanted = new Set((await attempt.held.steps()).flatMap(({ kind, detail }) => idsIn(kind, detail)));
  if (wanted.size === 0) return [];
  const copyOf = copiesIn(await target.snapshots({}, { signal: attempt.signal }));
  return offered
    .filter(({ id }) => wanted.has(id))
    .flatMap((snapshot) => {
      const copy = copyOf(snapshot);
      if (copy !== undefined) return [copy.id];
      throw new UmbraError('snapshot.absent', `The engine copied, but snapshot ${snapshot.id} has no copy`, {
        hint: 'Check both repositories before you rely on the copy.',
      });
    });
}

const idsIn = (kind: string, { snapshots }: Readonly<Record<string, unknown>>): readonly string[] =>
  kind === 'copy' && Array.isArray(snapshots) ? snapshots.filter((id) => typeof id === 'string') : [];
