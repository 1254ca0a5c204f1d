import { isUmbraError, jobTag, UmbraError } from '@umbracore/contracts';
import type { Backend, BackupResult, Snapshot, SourceFact } from '@umbracore/contracts';
import type { Attempt, SpooledOperation } from '../attempt.ts';
import { specOf } from '../backup-spec.ts';
import type { WhatIsSaved } from '../backup-spec.ts';
import { despiteLocks, healQuietly } from '../clear-locks.ts';
import { compareInstead, compareWith, earlierBackups } from '../comparison.ts';
import type { Comparison } from '../comparison.ts';
import { conclude, earlierAsked, type Before } from '../conclude.ts';
import { expectedTotals } from '../expected-totals.ts';
import { findSnapshot } from '../find-snapshot.ts';
import { freezeSources, thawSources } from '../frozen.ts';
import { ownRepository } from '../own-repository.ts';
import { planOf, repositoryOf } from '../narrow-plan.ts';
import type { RunEnd } from '../run-state.ts';
import { privilegedEngines, seeSources } from '../see-sources.ts';
import { emptySources, nothingFound, nothingToSave } from '../source-guard.ts';
import { levelOf } from '../verify-snapshot.ts';
import { untilAborted } from '../within.ts';
import { snapshotStats } from '../snapshot-stats.ts';
import { programOutput, requireOutput, withoutSecrets } from './program-output.ts';
import type { Work } from './work.ts';

/** Saves the sources of a job, so that there is one snapshot for each run whatever happens in between. */
export const backupWork = (attempt: Attempt): Work => new BackupWork(attempt);

interface Saving extends WhatIsSaved {
  /** The name under which the sources are kept as they are. */
  readonly frozen?: string | undefined;
}

class BackupWork implements Work {
  readonly #attempt: Attempt;
  /** Of the engine that was started last. */
  #before: Before = {};

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  async fresh(): Promise<RunEnd> {
    const attempt = this.#attempt;
    const { ports, signal } = attempt;
    const { job, repository } = planOf(attempt.plan, 'backup');
    const startedAt = ports.clock.now();
    const looked = await untilAborted(seeSources(ports, job, repository.name, signal), signal);
    await attempt.begin(startedAt, looked.facts);
    const nothing = nothingToSave(job.sources, looked.facts);
    if (nothing !== undefined) {
      throw new UmbraError('source.missing', nothing, {
        hint: 'Correct the sources of the job, or mount what is missing.',
      });
    }
    const backend = await ports.repositories.backend(repository, signal);
    const earlier = attempt.number > 1 ? await this.#ofEarlierAttempt(backend) : undefined;
    if (earlier !== undefined) return await this.#conclude(backend, resultFrom(earlier));
    await this.#warnOfOwnRepository(looked.paths);
    const frozen = await freezeSources(attempt);
    const saving = await this.#saving(looked.paths);
    this.#warnOfEmpty(looked.facts);
    const result = await this.#save(backend, { ...saving, frozen });
    await thawSources(attempt.scope);
    return await this.#conclude(backend, result);
  }

  async #warnOfOwnRepository(paths: readonly string[]): Promise<void> {
    const { plan, scope, signal } = this.#attempt;
    const { job, repository } = planOf(plan, 'backup');
    const own = await untilAborted(ownRepository(job, repository.location, paths), signal);
    if (own !== undefined) scope.warn(`${own.text}: ${own.fix}`);
  }

  /** Later runs are compared with this one. Where nothing at all was found, the verdict says so. */
  #warnOfEmpty(facts: readonly SourceFact[]): void {
    const { sources } = planOf(this.#attempt.plan, 'backup').job;
    if (this.#before.newest?.length !== 0 || nothingFound(sources, facts, undefined).length > 0) return;
    for (const path of emptySources(facts)) this.#attempt.scope.warn(`The source ${path} is empty`);
  }

  async #saving(paths: readonly string[]): Promise<Saving> {
    const { plan, ports, held } = this.#attempt;
    const { job, repository, options } = planOf(plan, 'backup');
    const own = { job: job.id, repository: repository.name, limit: earlierAsked };
    const good = await ports.store.runs({ ...own, states: ['succeeded', 'warning'] });
    // Apart, for any number of them may have come since the last good one.
    const failed = await ports.store.runs({ ...own, states: ['failed'] });
    const earlier = earlierBackups([...good, ...failed].sort((one, other) => other.queuedAt - one.queuedAt));
    const comparison = compareWith(job, options, earlier, held.record.queuedAt);
    this.#before = { newest: good };
    return { paths, comparison, expected: expectedTotals(job, good), output: await programOutput(this.#attempt) };
  }

  /** What the history knows of the parent may be out of date: then the repository is asked. */
  async #save(backend: Backend, saving: Saving): Promise<BackupResult> {
    const { comparison } = saving;
    try {
      return await this.#engine(backend, saving);
    } catch (thrown) {
      if (!isParentGone(thrown, comparison)) throw thrown;
      const { plan, signal } = this.#attempt;
      const present = await backend.snapshots({ tags: [jobTag(plan.job.id)] }, { signal });
      const next = compareInstead(comparison, present);
      const instead = next.parent === undefined ? 'it is done without' : `${next.parent.slice(0, 8)} takes its place`;
      this.#attempt.note(`Snapshot ${comparison.parent?.slice(0, 8)} is not there to be compared with: ${instead}`);
      return await this.#engine(backend, { ...saving, comparison: next });
    }
  }

  async #engine(backend: Backend, { frozen, ...saved }: Saving): Promise<BackupResult> {
    const attempt = this.#attempt;
    const { comparison, output } = saved;
    const spec = specOf(attempt.held.record, attempt.ports.host, saved);
    if (output !== undefined) requireOutput(backend);
    const { job, repository, options } = planOf(attempt.plan, 'backup');
    const checkedNext = !spec.dryRun && levelOf(options.verifyAfterCompletion, job.verifyAfterBackup) !== 'none';
    const privileged = privilegedEngines(attempt.ports, job, repository.name);
    if (privileged !== undefined) requirePrivileged(backend);
    const tryOnce = async (before: number): Promise<BackupResult> => {
      // The one before may have saved its snapshot just as it was ended for this one.
      const already = before === 0 ? undefined : await this.#ofEarlierAttempt(backend);
      if (already !== undefined) return resultFrom(already);
      const spool = attempt.newSpool();
      await attempt.intend('backup', { spool, comparison });
      this.#before = { ...this.#before, comparison };
      return await this.#work(backend, spool, (operation) =>
        backend.backup(spec, { ...operation, privileged, frozen, checkedNext }),
      );
    };
    return await despiteLocks(attempt, () => attempt.throttle.hold('restartable', tryOnce));
  }

  async adopted(spool: string): Promise<RunEnd> {
    const attempt = this.#attempt;
    attempt.adopt();
    const backend = await this.#backend();
    try {
      const result = await attempt.throttle.hold('adopted', () =>
        this.#work(backend, spool, (operation) => backend.resumeBackup(operation)),
      );
      await thawSources(attempt.scope);
      return await this.#conclude(backend, result);
    } catch (thrown) {
      const error = attempt.causeOf(thrown);
      // Whatever ended the coordinator most likely ended the engine as well: that is no failure of the job.
      if (error.code !== 'engine.lost' && error.code !== 'engine.crashed') throw error;
      throw new UmbraError('run.interrupted', error.message, { cause: error });
    }
  }

  async completed(): Promise<RunEnd> {
    const backend = await this.#backend();
    const snapshot = await this.#find(backend);
    if (snapshot === undefined) throw new UmbraError('run.interrupted', 'The snapshot of the run is gone again');
    return await this.#conclude(backend, resultFrom(snapshot));
  }

  #backend(): Promise<Backend> {
    const { ports, plan, signal } = this.#attempt;
    return ports.repositories.backend(repositoryOf(plan), signal);
  }

  /** One engine from start to end. */
  async #work(
    backend: Backend,
    spool: string,
    call: (operation: SpooledOperation) => Promise<BackupResult>,
  ): Promise<BackupResult> {
    const attempt = this.#attempt;
    try {
      const result = await call(await withoutSecrets(attempt, attempt.operation(spool)));
      await attempt.ended('backup', spool, { snapshot: result.snapshot ?? null, exitLost: result.exitLost });
      return result;
    } catch (thrown) {
      const error = attempt.causeOf(thrown);
      await attempt.ended('backup', spool, { error: error.code });
      if (attempt.signal.aborted || !mayHaveSaved(error)) throw error;
      return await this.#savedAfterAll(backend, error);
    }
  }

  /** An engine can fail after it saved its snapshot: trying again would then make a second one. */
  async #savedAfterAll(backend: Backend, error: UmbraError): Promise<BackupResult> {
    const snapshot = await this.#find(backend).catch(() => undefined);
    if (snapshot === undefined) throw error;
    this.#attempt.scope.note(`The engine failed (${error.message}), but its snapshot ${snapshot.id} is there`);
    return resultFrom(snapshot);
  }

  async #conclude(backend: Backend, result: BackupResult): Promise<RunEnd> {
    this.#attempt.verifying();
    if (result.exitLost) await healQuietly(this.#attempt.scope);
    return await conclude(this.#attempt, backend, result, this.#before);
  }

  /** Without an answer there is no new try: it could make a second snapshot. */
  async #ofEarlierAttempt(backend: Backend): Promise<Snapshot | undefined> {
    try {
      return await this.#find(backend);
    } catch (thrown) {
      const { code, message, hint } = this.#attempt.causeOf(thrown);
      const why = `The repository could not be asked for the snapshot of an earlier attempt: ${message}`;
      throw new UmbraError(code, why, { hint, cause: thrown });
    }
  }

  #find(backend: Backend): Promise<Snapshot | undefined> {
    const { run, ports, signal } = this.#attempt;
    return findSnapshot(backend, run, ports.clock, signal);
  }
}

/** One that does not know of it would save what it can read, and call that all. */
function requirePrivileged({ name, supports }: Backend): void {
  if (supports.has('privileged')) return;
  throw new UmbraError('backend.unsupported', `The backend ${name} cannot work through the privileged program`, {
    hint: 'Remove `privileged` from the job, or save to a repository of restic.',
  });
}

const isParentGone = (thrown: unknown, { parent, isAsked }: Comparison): boolean =>
  parent !== undefined && isAsked !== true && isUmbraError(thrown) && thrown.code === 'snapshot.absent';

/** False for failures that an engine meets before it can have saved anything. */
const mayHaveSaved = ({ code }: UmbraError): boolean =>
  code === 'internal' ||
  code === 'bridge.unreachable' ||
  code === 'repository.unreachable' ||
  code === 'run.interrupted' ||
  (code.startsWith('engine.') &&
    code !== 'engine.absent' &&
    code !== 'engine.version' &&
    code !== 'engine.spawn-failed');

/** What is known of a backup of which only the snapshot is left. */
function resultFrom({ id, summary }: Snapshot): BackupResult {
  const stats = summary && snapshotStats(summary);
  return { snapshot: id, stats, unreadable: [], unreadableCount: 0, complete: false, exitLost: true };
}
