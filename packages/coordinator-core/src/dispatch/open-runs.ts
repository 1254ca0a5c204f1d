import { isTerminal } from '@umbracore/contracts';
import type { Lease, RunId, RunRecord } from '@umbracore/contracts';
import { isInHands } from '../owner.ts';
import type { CoordinatorPorts } from '../ports.ts';

export interface OpenEntry {
  readonly run: RunRecord;
  readonly lease: Lease | undefined;
}

/** What is known here of the runs that have not ended: what the store said last, and what was heard since. */
export class OpenRuns {
  readonly #ports: CoordinatorPorts;
  readonly #entries = new Map<RunId, OpenEntry>();
  /** What is being read from the store may be older than what is heard meanwhile. */
  readonly #heard = new Map<RunId, OpenEntry | 'ended'>();
  #isStale = true;

  constructor(ports: CoordinatorPorts) {
    this.#ports = ports;
  }

  /** Whether it is known to be out of date. */
  get isStale(): boolean {
    return this.#isStale;
  }

  get(run: RunId): OpenEntry | undefined {
    return this.#entries.get(run);
  }

  all(): readonly OpenEntry[] {
    return [...this.#entries.values()];
  }

  /** Nobody works on these runs, as far as is known. */
  add(runs: readonly RunRecord[]): void {
    for (const run of runs) if (!isTerminal(run.state)) this.#hear(run.id, { run, lease: undefined });
  }

  remove(run: RunId): void {
    this.#hear(run, 'ended');
  }

  /** Something else is in the store than was thought. */
  doubt(): void {
    this.#isStale = true;
  }

  /** Reads anew. Gives those that ended in other hands. */
  async refresh(): Promise<readonly RunRecord[]> {
    this.#isStale = false;
    this.#heard.clear();
    const open = await this.#ports.store.open();
    const before = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of open) this.#entries.set(entry.run.id, entry);
    for (const [run, heard] of this.#heard) this.#hear(run, heard);
    return before.filter(({ run }) => !this.#entries.has(run.id)).map(({ run }) => run);
  }

  /** The process that works on it; undefined if nobody does. */
  holderOf({ lease }: OpenEntry): number | undefined {
    return lease !== undefined && isInHands(this.#ports, lease) ? lease.owner.pid : undefined;
  }

  #hear(run: RunId, heard: OpenEntry | 'ended'): void {
    this.#heard.set(run, heard);
    if (heard === 'ended') this.#entries.delete(run);
    else this.#entries.set(run, heard);
  }
}
