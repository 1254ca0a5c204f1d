import { UmbraError } from '@umbracore/contracts';
import type { BackupResult, ErrorRecord, VerificationRecord } from '@umbracore/contracts';

/** What is known about a backup once its engine has ended. */
export interface Evidence {
  readonly result: Pick<BackupResult, 'unreadableCount' | 'complete' | 'exitLost'>;
  readonly dryRun: boolean;
  /** The command that mends the repository; undefined if its backend cannot. */
  readonly mend: string | undefined;
  /** The snapshot that the engine named or the repository has under the tag of the run. */
  readonly snapshot: string | undefined;
  /** Whether the repository holds it; undefined if it could not be asked. */
  readonly confirmed: boolean | undefined;
  /** Of the sources and the numbers. */
  readonly suspicions: readonly string[];
  /** Undefined if none was wanted or none was possible. */
  readonly verification: VerificationRecord | undefined;
}

export interface Verdict {
  readonly outcome: 'succeeded' | 'warning' | 'failed';
  readonly suspicions: readonly string[];
  readonly error: ErrorRecord | null;
}

/**
 * `succeeded` needs everything: the engine said so itself, nothing was left out, the repository holds the snapshot and
 * nothing looks odd. A snapshot with a doubt is a `warning`; no snapshot, or one proved bad, is `failed`.
 */
export function judge(evidence: Evidence): Verdict {
  const failure = failureOf(evidence);
  if (failure !== undefined) {
    return { outcome: 'failed', suspicions: evidence.suspicions, error: failure.toRecord() };
  }
  const suspicions = [...evidence.suspicions, ...doubtsOf(evidence)];
  const partial = partialError(evidence);
  return {
    outcome: suspicions.length > 0 || partial !== null ? 'warning' : 'succeeded',
    suspicions,
    error: partial,
  };
}

function failureOf({ result, dryRun, mend, snapshot, confirmed, verification }: Evidence): UmbraError | undefined {
  if (snapshot === undefined && !dryRun) {
    return result.exitLost
      ? new UmbraError('engine.lost', 'Nobody saw how the engine ended, and the repository has no snapshot of this run')
      : new UmbraError('engine.output', 'The engine reported no snapshot, and the repository has none of this run', {
          hint: 'Look at the log of the run.',
        });
  }
  if (confirmed === false) {
    return new UmbraError(
      'snapshot.absent',
      `The engine reported snapshot ${snapshot}, but the repository does not hold it`,
      {
        hint: 'Check the repository before you rely on it.',
      },
    );
  }
  if (verification?.ok === false) {
    return new UmbraError(
      'verify.damage',
      `The verification found damage: ${verification.problems[0] ?? 'no reason given'}`,
      {
        hint: `Mend it before the next backup${mend === undefined ? ', by the means of its backend' : `: ${mend}`}`,
      },
    );
  }
  return undefined;
}

function doubtsOf({ result, dryRun, confirmed }: Evidence): readonly string[] {
  return [
    ...(result.exitLost ? ['Nobody saw how the engine ended; the snapshot was found in the repository'] : []),
    ...(confirmed === undefined && !dryRun ? ['The repository could not be asked whether it holds the snapshot'] : []),
  ];
}

function partialError({ result: { unreadableCount, complete, exitLost } }: Evidence): ErrorRecord | null {
  if (unreadableCount > 0) {
    const items = unreadableCount === 1 ? '1 item' : `${unreadableCount} items`;
    return new UmbraError(
      'source.unreadable',
      `${items} could not be read; the snapshot has everything else`,
    ).toRecord();
  }
  if (complete || exitLost) return null;
  return new UmbraError('source.unreadable', 'The engine left something out and did not say what').toRecord();
}
