import { isUmbraError, toUmbraError, UmbraError } from '@umbracore/contracts';
import type { Backend, BackupResult, Operation, Progress, Snapshot } from '@umbracore/contracts';
import { limitsOf, specOf } from './backup-spec.ts';
import { join } from 'node:path';
import { despiteLocks, healQuietly } from './clear-locks.ts';
import { conclude } from './conclude.ts';
import { findSnapshot } from './find-snapshot.ts';
import { lookAtSources } from './look-at-sources.ts';
import { backupPlan, repositoryOf } from './narrow-plan.ts';
import { progressMeter } from './progress-meter.ts';
import { maxAttemptsOf } from './retry.ts';
import { spoolOfRun } from './run-log.ts';
import type { RunScope } from './run-scope.ts';
import type { RunEnd } from './run-state.ts';
import { nothingToSave } from './source-guard.ts';
import { Watchdog } from './watchdog.ts';
import { untilAborted } from './within.ts';

/** How an attempt begins. */
export type AttemptStart =
  | { readonly type: 'attempt' }
  /** With an engine that was started already, by us or by a coordinator that died. */
  | { readonly type: 'adopt'; readonly spool: string }
  /** With a snapshot that the repository has already. */
  | { readonly type: 'complete'; readonly snapshot: string };

/** One attempt from its sources to its verdict. Rejects if it failed in a way that another attempt may mend. */
export async function executeAttempt(scope: RunScope, start: AttemptStart): Promise<RunEnd> {
  const { plan, attempts } = scope.held.record;
  const { clock } = scope.ports;
  const began = start.type === 'attempt' ? clock.now() : (attempts.at(-1)?.startedAt ?? clock.now());
  using watchdog = new Watchdog(clock, {
    stallMs: plan.job.stallTimeoutMs,
    maxRuntimeMs: plan.job.maxRuntimeMs,
    elapsedMs: Math.max(0, clock.now() - began),
  });
  const attempt = new Attempt(scope, watchdog);
  try {
    switch (start.type) {
      case 'attempt':
        return await attempt.fresh();
      case 'adopt':
        return await attempt.adopted(start.spool);
      case 'complete':
        return await attempt.completed();
    }
  } catch (thrown) {
    throw attempt.causeOf(thrown);
  }
}

class Attempt {
  readonly #scope: RunScope;
  readonly #watchdog: Watchdog;
  readonly #signal: AbortSignal;
  readonly #meter = progressMeter();
  #last: Progress = { ...unknownProgress };
  #lastWords: string | undefined;

  constructor(scope: RunScope, watchdog: Watchdog) {
    this.#scope = scope;
    this.#watchdog = watchdog;
    this.#signal = AbortSignal.any([scope.signal, watchdog.signal]);
  }

  async fresh(): Promise<RunEnd> {
    const { ports, held, publish } = this.#scope;
    const { job, repository } = backupPlan(held.record.plan);
    const startedAt = ports.clock.now();
    const looked = await untilAborted(lookAtSources(job.sources), this.#signal);
    const { attempts } = await held.advance({ type: 'attempt-started', at: startedAt, sources: looked.facts });
    publish({
      type: 'run.started',
      attempt: attempts.length,
      maxAttempts: Math.max(attempts.length, maxAttemptsOf(job.retry)),
    });
    const nothing = nothingToSave(job.sources, looked.facts);
    if (nothing !== undefined) {
      throw new UmbraError('source.missing', nothing, {
        hint: 'Correct the sources of the job, or mount what is missing.',
      });
    }
    const backend = await ports.repositories.backend(repository, this.#signal);
    const earlier = attempts.length > 1 ? await this.#ofEarlierAttempt(backend) : undefined;
    if (earlier !== undefined) return await this.#conclude(backend, resultFrom(earlier));
    const spec = specOf(held.record, ports.host, looked.paths);
    const result = await despiteLocks(
      this.#scope,
      this.#signal,
      () => this.#waiting(),
      async (number) => {
        const name = number === 1 ? `${attempts.length}` : `${attempts.length}-${number}`;
        const spool = join(spoolOfRun(ports.spoolDir, held.record.id), name);
        await held.recordStep({ kind: 'backup', stage: 'intent', at: ports.clock.now(), detail: { spool } });
        return await this.#work(backend, spool, (operation) => backend.backup(spec, operation));
      },
    );
    return await this.#conclude(backend, result);
  }

  async adopted(spool: string): Promise<RunEnd> {
    const { ports, held, publish } = this.#scope;
    publish({ type: 'run.adopted', attempt: held.record.attempts.length });
    const backend = await ports.repositories.backend(repositoryOf(held.record.plan), this.#signal);
    try {
      const result = await this.#work(backend, spool, (operation) => backend.resumeBackup(operation));
      return await this.#conclude(backend, result);
    } catch (thrown) {
      const error = this.causeOf(thrown);
      // Whatever ended the coordinator most likely ended the engine as well: that is no failure of the job.
      if (error.code !== 'engine.lost' && error.code !== 'engine.crashed') throw error;
      throw new UmbraError('run.interrupted', error.message, { cause: error });
    }
  }

  async completed(): Promise<RunEnd> {
    const { ports, held } = this.#scope;
    const backend = await ports.repositories.backend(repositoryOf(held.record.plan), this.#signal);
    const snapshot = await this.#find(backend);
    if (snapshot === undefined) throw new UmbraError('run.interrupted', 'The snapshot of the run is gone again');
    return await this.#conclude(backend, resultFrom(snapshot));
  }

  /** Why the attempt ended: an abort of ours goes before whatever the backend made of it. */
  causeOf(thrown: unknown): UmbraError {
    if (this.#scope.signal.aborted) return toUmbraError(this.#scope.signal.reason);
    if (this.#watchdog.signal.aborted) return this.#withLastWords(toUmbraError(this.#watchdog.signal.reason));
    const error = toUmbraError(thrown);
    if (error.code !== 'run.cancelled' && error.code !== 'run.terminated') return error;
    return new UmbraError('run.interrupted', 'Somebody else ended the engine', { cause: error });
  }

  /** What an engine that hangs complained about is most likely why it hangs. */
  #withLastWords(error: UmbraError): UmbraError {
    if (this.#lastWords === undefined) return error;
    const { code, message, hint } = error;
    return new UmbraError(code, `${message}; the engine said last: ${this.#lastWords}`, { hint, cause: error });
  }

  #note(line: string): void {
    this.#scope.note(line);
    if (!this.#signal.aborted) this.#lastWords = line;
  }

  /** One engine from start to end. Its identity goes to the journal, for its lock may be found in the way much later. */
  async #work(
    backend: Backend,
    spool: string,
    call: (operation: Operation & { readonly spool: string }) => Promise<BackupResult>,
  ): Promise<BackupResult> {
    const { job } = this.#scope.held.record.plan;
    const operation = {
      spool,
      signal: this.#signal,
      orphanPolicy: job.orphanPolicy,
      limits: limitsOf(this.#scope.held.record.plan),
      report: (progress: Progress) => this.#report(progress),
      note: (line: string) => this.#note(line),
    };
    try {
      const result = await call(operation);
      await this.#ended(spool, { snapshot: result.snapshot ?? null, exitLost: result.exitLost });
      return result;
    } catch (thrown) {
      const error = this.causeOf(thrown);
      await this.#ended(spool, { error: error.code });
      if (this.#signal.aborted || !mayHaveSaved(error)) throw error;
      return await this.#savedAfterAll(backend, error);
    }
  }

  /** An engine can fail after it saved its snapshot: trying again would then make a second one. */
  async #savedAfterAll(backend: Backend, error: UmbraError): Promise<BackupResult> {
    const snapshot = await this.#find(backend).catch(() => undefined);
    if (snapshot === undefined) throw error;
    this.#scope.note(`The engine failed (${error.message}), but its snapshot ${snapshot.id} is there`);
    return resultFrom(snapshot);
  }

  async #ended(spool: string, detail: Readonly<Record<string, unknown>>): Promise<void> {
    const { ports, held, log } = this.#scope;
    try {
      const engine = (await ports.engineProcesses.find(spool))?.identity() ?? null;
      await held.recordStep({
        kind: 'backup',
        stage: 'done',
        at: ports.clock.now(),
        detail: { spool, engine, ...detail },
      });
    } catch (error) {
      // The effect has happened: what is lost is a note that recovery can do without.
      if (isUmbraError(error) && error.code === 'state.lease-lost') throw error;
      log.warn({ error: String(error) }, 'The end of the engine could not be recorded');
    }
  }

  async #conclude(backend: Backend, result: BackupResult): Promise<RunEnd> {
    this.#report({ ...this.#last, phase: 'verifying' });
    if (result.exitLost) await healQuietly(this.#scope);
    return await conclude(this.#scope, backend, result, this.#signal);
  }

  /** Without an answer there is no new try: it could make a second snapshot. */
  async #ofEarlierAttempt(backend: Backend): Promise<Snapshot | undefined> {
    try {
      return await this.#find(backend);
    } catch (thrown) {
      const { code, message, hint } = this.causeOf(thrown);
      const why = `The repository could not be asked for the snapshot of an earlier attempt: ${message}`;
      throw new UmbraError(code, why, { hint, cause: thrown });
    }
  }

  #find(backend: Backend): Promise<Snapshot | undefined> {
    return findSnapshot(backend, this.#scope.held.record.id, this.#scope.ports.clock, this.#signal);
  }

  #report(progress: Progress): void {
    this.#last = progress;
    this.#watchdog.saw(progress);
    this.#scope.report(this.#meter(progress, this.#scope.ports.clock.monotonicMs()));
  }

  #waiting(): void {
    this.#watchdog.alive();
    this.#scope.report(this.#meter({ ...this.#last, phase: 'waiting' }, this.#scope.ports.clock.monotonicMs()));
  }
}

const unknownProgress: Progress = {
  phase: 'waiting',
  percentage: undefined,
  filesProcessed: 0,
  filesTotal: undefined,
  bytesProcessed: 0,
  bytesTotal: undefined,
  currentFiles: [],
  errorCount: 0,
};

/** False for failures that an engine meets before it can have saved anything. */
const mayHaveSaved = ({ code }: UmbraError): boolean =>
  code === 'internal' ||
  code === 'repository.unreachable' ||
  code === 'run.interrupted' ||
  (code.startsWith('engine.') &&
    code !== 'engine.absent' &&
    code !== 'engine.version' &&
    code !== 'engine.spawn-failed');

/** What is known of a backup of which only the snapshot is left. */
function resultFrom({ id, summary }: Snapshot): BackupResult {
  const stats = summary && {
    filesNew: summary.filesNew,
    filesChanged: summary.filesChanged,
    filesUnmodified: summary.filesUnmodified,
    filesProcessed: summary.filesProcessed,
    bytesProcessed: summary.bytesProcessed,
    bytesAdded: summary.bytesAdded,
    bytesStored: undefined,
    durationMs: summary.finishedAt - summary.startedAt,
  };
  return { snapshot: id, stats, unreadable: [], unreadableCount: 0, complete: false, exitLost: true };
}
