import { UmbraError } from '@umbracore/contracts';
import type { Backend, DurationMs, StepKind } from '@umbracore/contracts';
import type { Attempt, SpooledOperation, StepDetail } from '../attempt.ts';
import { despiteLocks } from '../clear-locks.ts';
import { followEngine } from '../follow-engine.ts';
import { repositoryOf } from '../narrow-plan.ts';
import type { RunEnd } from '../run-state.ts';
import type { Work } from './work.ts';

/** An engine finishes what it is sending and removes its lock before it ends. */
const graceMs: DurationMs = 30_000;

/** One try. There is another one when a lock was in its way. */
export type Try = (backend: Backend) => Promise<RunEnd>;

/**
 * Work on a repository that finds out by itself what is still to be done, so that doing it again after a crash is right:
 * copy, forget, prune and check.
 */
export const repeatable = (attempt: Attempt, kind: StepKind, tryOnce: Try): Work => ({
  async fresh() {
    const { ports, plan, signal } = attempt;
    await attempt.begin(ports.clock.now());
    const backend = await ports.repositories.backend(repositoryOf(plan), signal);
    return await despiteLocks(attempt, () => tryOnce(backend));
  },
  adopted: (spool) => outlast(attempt, kind, spool),
  completed: () => Promise.reject(new UmbraError('internal', `A ${kind} leaves no snapshot that it could end with`)),
});

/** One engine from its intent to what it came to. */
export async function runEngine<T>(
  attempt: Attempt,
  step: { readonly kind: StepKind; readonly detail?: StepDetail },
  call: (operation: SpooledOperation) => Promise<T>,
): Promise<T> {
  // What a copy has brought is there, and is passed over by the next engine.
  return await attempt.throttle.hold(step.kind === 'copy' ? 'restartable' : 'single', async () => {
    const spool = attempt.newSpool();
    await attempt.intend(step.kind, { ...step.detail, spool });
    try {
      const result = await call(attempt.operation(spool));
      await attempt.ended(step.kind, spool, {});
      return result;
    } catch (thrown) {
      const error = attempt.causeOf(thrown);
      await attempt.ended(step.kind, spool, { error: error.code });
      throw error;
    }
  });
}

/**
 * The engine of a dead coordinator may be nearly done, so it is left to end. What it came to cannot be read any more: the
 * next attempt finds out what is left to do.
 */
async function outlast(attempt: Attempt, kind: StepKind, spool: string): Promise<never> {
  attempt.adopt();
  attempt.alive();
  const engine = await attempt.ports.engineProcesses.find(spool);
  if (engine !== undefined) {
    const alive = (): void => attempt.alive();
    await attempt.throttle.hold('adopted', () =>
      followEngine(engine, { stdout: alive, stderr: alive }, attempt.throttle.signalFor(spool), graceMs),
    );
    await attempt.ended(kind, spool, { outlived: true });
  }
  throw new UmbraError('run.interrupted', 'The coordinator ended during the attempt');
}
