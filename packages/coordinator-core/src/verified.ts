import { isUmbraError, toUmbraError } from '@umbracore/contracts';
import type { Operation, VerificationRecord } from '@umbracore/contracts';
import type { Attempt, StepDetail } from './attempt.ts';

export interface Verified {
  readonly record: VerificationRecord | undefined;
  readonly doubts: readonly string[];
}

export const nothingVerified: Verified = { record: undefined, doubts: [] };

type Verification = Omit<VerificationRecord, 'finishedAt'>;

export interface VerifyStep {
  /** What is verified, for sentences. */
  readonly what: string;
  readonly detail: StepDetail;
  /** Gives nothing where nothing can be verified. */
  readonly verify: (operation: Operation) => Promise<Verification | undefined>;
}

/** Reads back what an attempt saved. A verification that could not be tried is a doubt, not damage. */
export async function verified(attempt: Attempt, { what, detail, verify }: VerifyStep): Promise<Verified> {
  const { scope, ports, held, signal } = attempt;
  await attempt.intend('verify', detail);
  const ended = (end: StepDetail): void =>
    held.noteStep({ kind: 'verify', stage: 'done', at: ports.clock.now(), detail: { ...detail, ...end } });
  try {
    const done = await verify({ signal, note: scope.note, report: () => attempt.verifying() });
    // Null: there was nothing that could be verified.
    ended({ ok: done?.ok ?? null });
    if (done === undefined) return nothingVerified;
    const record = { ...done, finishedAt: ports.clock.now() };
    scope.publish({ type: 'run.verified', verification: record });
    return { record, doubts: [] };
  } catch (thrown) {
    ended({ problem: attempt.causeOf(thrown).message });
    signal.throwIfAborted();
    if (!isUmbraError(thrown)) scope.log.error({ error: String(thrown) }, 'The verification failed unexpectedly');
    return { record: undefined, doubts: [`${what} not verified: ${toUmbraError(thrown).message}`] };
  }
}
