import { drillListLimit } from '@umbracore/contracts';
import type {
  ComparedRepository,
  DrilledSnapshot,
  DrillFailure,
  DrillReport,
  DurationMs,
  RepositoryName,
} from '@umbracore/contracts';
import type { Comparison } from './compare.ts';
import type { FileChoice } from './choose-files.ts';
import type { DrillTarget } from './plan-targets.ts';

/** Less than this says nothing about how long everything would take: an engine needs a moment to begin. */
const tellingBytes = 16 * 1024 ** 2;

export interface ChosenTarget {
  readonly target: DrillTarget;
  readonly choice: FileChoice;
}

interface Trial {
  readonly restoreMs: DurationMs;
  readonly bytesRestored: number;
  readonly proven: number;
}

/** How a file compares with the same one from another repository. */
interface WithCopy {
  readonly isSame: boolean;
  readonly changed: boolean;
  readonly repository: RepositoryName;
  readonly reason: string;
}

const noTrial: Trial = { restoreMs: 0, bytesRestored: 0, proven: 0 };

/** Counts what a drill finds, file by file. */
export class Tally {
  readonly #failures: DrillFailure[] = [];
  readonly #trials = new Map<string, Trial>();
  readonly #copies = new Map<RepositoryName, ComparedRepository>();
  readonly #counts = { source: 0, hash: 0, copy: 0, none: 0, changed: 0, failed: 0 };

  restored(snapshot: string, restoreMs: DurationMs, bytesRestored: number): void {
    const trial = this.#trial(snapshot);
    this.#trials.set(snapshot, {
      ...trial,
      restoreMs: trial.restoreMs + restoreMs,
      bytesRestored: trial.bytesRestored + bytesRestored,
    });
  }

  compared({ job, snapshot }: DrillTarget, path: string, comparison: Comparison): void {
    this.#counts[comparison.type] += 1;
    if (comparison.type === 'failed') {
      const { problem, reason } = comparison;
      return this.#fail({ job, snapshot, path, problem, reason });
    }
    if (comparison.type !== 'source' && comparison.changed) this.#counts.changed += 1;
    if (comparison.type === 'none') return;
    const trial = this.#trial(snapshot);
    this.#trials.set(snapshot, { ...trial, proven: trial.proven + 1 });
  }

  comparedWithCopy(target: DrillTarget, path: string, { isSame, changed, repository, reason }: WithCopy): void {
    if (!isSame) {
      const why = `it has other bytes than the same file from ${repository}, and one of the two is wrong`;
      return this.compared(target, path, { type: 'failed', problem: 'differs', reason: why });
    }
    this.compared(target, path, { type: 'copy', changed });
    const files = (this.#copies.get(repository)?.files ?? 0) + 1;
    this.#copies.set(repository, { repository, reason, files });
  }

  absent(canary: string): void {
    this.#counts.failed += 1;
    const reason = 'no newest snapshot has it';
    this.#fail({ job: '', snapshot: '', path: canary, problem: 'absent', reason });
  }

  report(chosen: readonly ChosenTarget[]): DrillReport {
    const snapshots = chosen.map((each) => this.#drilled(each));
    const sum = (amount: (each: ChosenTarget) => number): number => chosen.reduce((all, each) => all + amount(each), 0);
    return {
      kind: 'drill',
      files: sum(({ choice }) => choice.files.length),
      bytes: sum(({ choice }) => bytesOf(choice)),
      bySource: this.#counts.source,
      byHash: this.#counts.hash,
      ...(this.#copies.size > 0 && { byCopy: this.#counts.copy, copies: [...this.#copies.values()] }),
      notCompared: this.#counts.none,
      changed: this.#counts.changed,
      failures: this.#failures,
      failureCount: this.#counts.failed,
      restoreMs: sum(({ target }) => this.#trial(target.snapshot).restoreMs),
      snapshots,
      leftOut: { tooLarge: sum(({ choice }) => choice.tooLarge), oddNames: sum(({ choice }) => choice.oddNames) },
    };
  }

  #drilled({ target, choice }: ChosenTarget): DrilledSnapshot {
    const { job, snapshot } = target;
    const { proven, ...course } = this.#trial(snapshot);
    const { totalBytes } = choice;
    const paths = choice.files.slice(0, drillListLimit).map(({ path }) => path);
    const recoveryMs = recoveryTime(course, totalBytes);
    return { job, snapshot, files: choice.files.length, proven, bytes: bytesOf(choice), totalBytes, recoveryMs, paths };
  }

  #trial(snapshot: string): Trial {
    return this.#trials.get(snapshot) ?? noTrial;
  }

  #fail(failure: DrillFailure): void {
    if (this.#failures.length < drillListLimit) this.#failures.push(failure);
  }
}

/** How long everything takes at the speed of a part of it; null where the part says too little. */
export function recoveryTime(
  { restoreMs, bytesRestored }: Pick<Trial, 'restoreMs' | 'bytesRestored'>,
  totalBytes: number,
): DurationMs | null {
  const isTelling = bytesRestored >= Math.min(tellingBytes, totalBytes / 2) && bytesRestored > 0 && restoreMs > 0;
  return isTelling ? Math.round((restoreMs / bytesRestored) * totalBytes) : null;
}

export const bytesOf = ({ files }: Pick<FileChoice, 'files'>): number => files.reduce((sum, { size }) => sum + size, 0);
