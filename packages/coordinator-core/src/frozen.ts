import { isUmbraError, toUmbraError } from '@umbracore/contracts';
import type { FrozenSources, StepRecord } from '@umbracore/contracts';
import type { Attempt } from './attempt.ts';
import { planOf } from './narrow-plan.ts';
import type { RunScope } from './run-scope.ts';
import { privilegedEngines } from './see-sources.ts';

/**
 * Keeps the sources of the run as they are, if its job says so, and gives the name for it. It is written down first: whoever ends the run
 * takes it back, however it ends.
 */
export async function freezeSources(attempt: Attempt): Promise<string | undefined> {
  const { job, repository } = planOf(attempt.plan, 'backup');
  const engines = privilegedEngines(attempt.ports, job, repository.name);
  if (job.snapshot === undefined || engines === undefined) return undefined;
  const id = `${attempt.run}-${attempt.number}`;
  await attempt.intend('freeze', { id });
  attempt.note(wordsOf(await engines.freeze(id, job.snapshot, attempt.signal)));
  return id;
}

function wordsOf({ frozen, asTheyAre }: FrozenSources): string {
  const rest =
    asTheyAre.length === 0 ? '' : `; as they change, for no volume of the policy has them: ${asTheyAre.join(', ')}`;
  return `Read as they are now: ${frozen.join(', ')}${rest}`;
}

/** The names under which sources are kept, or may be, and that nobody has taken back. */
export function stillFrozen(steps: readonly StepRecord[]): readonly string[] {
  const names = (stage: StepRecord['stage']): readonly string[] =>
    steps.flatMap(({ kind, detail: { id }, ...step }) =>
      kind === 'freeze' && step.stage === stage && typeof id === 'string' ? [id] : [],
    );
  const done = new Set(names('done'));
  return [...new Set(names('intent'))].filter((id) => !done.has(id));
}

/** Who takes it back may just be replaced; it is tried for so long, and by the next run of the job at the latest. */
const patienceMs = 30_000;
const againMs = 1000;

/** Takes back what attempts of the run keep. No engine of theirs works any more. */
export async function thawSources(scope: RunScope): Promise<void> {
  const { held, ports, note } = scope;
  const { job } = held.record.plan;
  if (job.kind !== 'backup' || job.snapshot === undefined) return;
  for (const id of stillFrozen(await held.steps())) {
    const problem = await thaw(scope, id);
    if (problem !== undefined) note(`The snapshot of the sources is there still: ${problem}`);
    await held.recordStep({ kind: 'freeze', stage: 'done', at: ports.clock.now(), detail: { id, problem } });
  }
}

/** Why it could not be done. */
async function thaw({ held, ports, log }: RunScope, id: string): Promise<string | undefined> {
  const { job, repository } = planOf(held.record.plan, 'backup');
  for (const end = ports.clock.monotonicMs() + patienceMs; ; await ports.clock.sleep(againMs)) {
    try {
      await privilegedEngines(ports, job, repository.name)?.thaw(id);
      return undefined;
    } catch (error) {
      const isAway = isUmbraError(error) && error.code === 'bridge.unreachable';
      if (isAway && ports.clock.monotonicMs() < end) continue;
      log.warn({ id, error: String(error) }, 'The snapshot of the sources could not be taken back');
      return toUmbraError(error).message;
    }
  }
}
