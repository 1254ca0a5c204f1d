import { rm } from 'node:fs/promises';
import type { DurationMs, HistoryTrim } from '@umbracore/contracts';
import type { HistoryLimits } from './dispatch/settings.ts';
import type { CoordinatorPorts } from './ports.ts';
import { logOfRun } from './run-log.ts';

/** A history that is short enough is looked at again after so long. */
const restMs: DurationMs = 24 * 3_600_000;

/** Keeps a history within its limits, a step at a time: others want to write between the steps. */
export class HistoryTrimmer {
  readonly #ports: CoordinatorPorts;
  readonly #limits: () => HistoryLimits;
  #next: HistoryTrim['after'];
  #restsUntilMs = -Infinity;

  constructor(ports: CoordinatorPorts, limits: () => HistoryLimits) {
    this.#ports = ports;
    this.#limits = limits;
  }

  /** Removes what one step takes, with the logs. True if there may be more. */
  async step(): Promise<boolean> {
    const { clock, store, log, spoolDir } = this.#ports;
    if (clock.monotonicMs() < this.#restsUntilMs) return false;
    const { keepMs, runs: atMost } = this.#limits();
    const { removed, next } = await store.trim({ before: clock.now() - keepMs, atMost, after: this.#next });
    this.#next = next;
    if (next === undefined) this.#restsUntilMs = clock.monotonicMs() + restMs;
    if (removed.length > 0) log.info({ runs: removed.length }, 'Old runs were removed from the history');
    for (const run of removed) await rm(logOfRun(spoolDir, run), { force: true });
    return next !== undefined;
  }
}
