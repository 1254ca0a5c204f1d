import { isInSightOf, isUmbraError, toUmbraError } from '@umbracore/contracts';
import type { DurationMs, ProcessIdentity, RepositoryDefinition, RunState, StepRecord } from '@umbracore/contracts';
import type { Attempt } from './attempt.ts';
import { repositoryOf } from './narrow-plan.ts';
import type { RunScope } from './run-scope.ts';
import { within } from './within.ts';

const pollMs: DurationMs = 5000;
const healMs: DurationMs = 60_000;
/** A repository that cannot be reached must not hold up the end of a run: a lock that stays goes when it is in the way. */
const quietHealMs: DurationMs = 10_000;
/** So many of the newest runs are asked whose engines they were. */
const runsAsked = 20;
/** Of slots that were passed over there may be any number, and they had no engines. */
const mayHaveEngines: readonly RunState[] = ['running', 'retrying', 'succeeded', 'warning', 'failed', 'cancelled'];

/**
 * Tries until no lock is in the way: heals and tries once more at once, then waits for living owners as long as the
 * repository's `lockWaitMs` allows. Rejects with `repository.locked` after that.
 */
export async function despiteLocks<T>(attempt: Attempt, tryOnce: () => Promise<T>): Promise<T> {
  const { scope, signal } = attempt;
  const { clock } = scope.ports;
  const end = clock.monotonicMs() + repositoryOf(scope.held.record.plan).lockWaitMs;
  for (let number = 1; ; number++) {
    try {
      return await tryOnce();
    } catch (error) {
      if (!isUmbraError(error) || error.code !== 'repository.locked') throw error;
      let free = await healLocks(scope, signal);
      // Trying again at once is for locks that were healed. Later tries are spaced, whatever the list of locks says.
      while (number > 1 || !free) {
        const leftMs = end - clock.monotonicMs();
        if (leftMs <= 0) throw error;
        attempt.waiting();
        await clock.sleep(Math.min(pollMs, leftMs), signal);
        free = await healLocks(scope, signal);
        if (free) break;
      }
    }
  }
}

/**
 * Removes locks that dead engines of ours left behind, as far as it can be proved. Tells whether the way is free now, as
 * far as can be seen. Rejects if the intent cannot be recorded or `signal` aborts.
 */
export async function healLocks(scope: RunScope, signal: AbortSignal | undefined): Promise<boolean> {
  const { repository, from } = scope.held.record.plan;
  let free = true;
  // A copy locks both.
  for (const locked of [repository, from]) {
    if (locked !== null && locked !== undefined) free = (await healOne(scope, locked, signal)) && free;
  }
  return free;
}

async function healOne(
  scope: RunScope,
  repository: RepositoryDefinition,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { clock, repositories } = scope.ports;
  const ours = await deadEngines(scope, repository);
  const about = { repository: repository.name };
  await scope.held.recordStep({ kind: 'heal-locks', stage: 'intent', at: clock.now(), detail: about });
  try {
    const report = await within(clock, healMs, signal, (inner) =>
      repositories.heal(repository, ours, { signal: inner }),
    );
    const removed = report.removed.map(({ id }) => id);
    await scope.held.recordStep({ kind: 'heal-locks', stage: 'done', at: clock.now(), detail: { ...about, removed } });
    if (removed.length > 0) scope.note(`Removed ${removed.length} locks of dead owners: ${removed.join(', ')}`);
    return !report.verdicts.some(({ lock }) => lock.exclusive && !removed.includes(lock.id));
  } catch (error) {
    if (isUmbraError(error) && error.code.startsWith('state.')) throw error;
    const detail = { ...about, problem: toUmbraError(error).message };
    scope.held.noteStep({ kind: 'heal-locks', stage: 'done', at: clock.now(), detail });
    signal?.throwIfAborted();
    scope.log.warn({ error: String(error) }, 'The locks of the repository could not be healed');
    return false;
  }
}

/** After an engine that did not end by itself: its lock goes, now or, if the repository does not answer, later. */
export async function healQuietly(scope: RunScope): Promise<void> {
  try {
    await within(scope.ports.clock, quietHealMs, undefined, (signal) => healLocks(scope, signal));
  } catch (thrown) {
    if (isUmbraError(thrown) && thrown.code.startsWith('state.')) throw thrown;
    scope.log.warn({ error: String(thrown) }, 'The locks of the repository could not be looked at');
  }
}

/**
 * The engines of this run, and of other runs on the repository, that do not live any more. Whether one of another container lives cannot
 * be seen from here: it has ended where the journal says so.
 */
async function deadEngines(
  { ports, held }: RunScope,
  { name }: RepositoryDefinition,
): Promise<readonly ProcessIdentity[]> {
  const runs = await ports.store.runs({ repository: name, states: mayHaveEngines, limit: runsAsked });
  const ids = new Set([held.record.id, ...runs.map(({ id }) => id)]);
  const steps = (await Promise.all([...ids].map((id) => ports.store.steps(id)))).flat();
  const self = ports.processTable.self();
  const engines = await Promise.all(
    steps.map(async (step) => {
      const engine = await engineOf(step, ports);
      const isUnseen = engine !== undefined && !isInSightOf(self, engine);
      return isUnseen && step.stage !== 'done' ? undefined : engine;
    }),
  );
  return engines.filter((engine) => engine !== undefined).filter((engine) => !ports.processTable.isAlive(engine));
}

async function engineOf(
  { stage, detail }: StepRecord,
  { engineProcesses }: RunScope['ports'],
): Promise<ProcessIdentity | undefined> {
  if (stage === 'done') return asIdentity(detail['engine']);
  const spool = detail['spool'];
  if (typeof spool !== 'string') return undefined;
  // Of one that whoever started it cannot be asked about nothing is proved.
  return (await engineProcesses.find(spool).catch(() => undefined))?.identity();
}

function asIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTime, bootId, host, pids }: Partial<Record<keyof ProcessIdentity, unknown>> = value;
  if (typeof pid !== 'number' || typeof startTime !== 'string') return undefined;
  if (typeof bootId !== 'string' || typeof host !== 'string') return undefined;
  const identity = { pid, startTime, bootId, host };
  return typeof pids === 'string' ? { ...identity, pids } : identity;
}
