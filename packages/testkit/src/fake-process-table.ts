import type { Instant, ProcessIdentity, ProcessTable } from '@umbracore/contracts';

interface FakeProcess {
  readonly identity: ProcessIdentity;
  readonly startedAt: Instant | undefined;
}

/** A process table that holds what a test puts into it, and this process as pid 1000. */
export class FakeProcessTable implements ProcessTable {
  readonly #processes = new Map<number, FakeProcess>();
  readonly #self: ProcessIdentity;
  readonly #bootId = 'boot-1';
  readonly #pids = 'pids-1';
  #ticks = 100;

  constructor(host = 'test-host') {
    this.#self = { pid: 1000, startTime: '100', bootId: this.#bootId, host: host, pids: this.#pids };
    this.#processes.set(this.#self.pid, { identity: this.#self, startedAt: undefined });
  }

  self(): ProcessIdentity {
    return this.#self;
  }

  identify(pid: number): ProcessIdentity | undefined {
    return this.#processes.get(pid)?.identity;
  }

  isAlive(identity: ProcessIdentity): boolean {
    const here = this.identify(identity.pid);
    return (
      here !== undefined &&
      here.startTime === identity.startTime &&
      here.bootId === identity.bootId &&
      here.host === identity.host &&
      (identity.pids ?? here.pids) === here.pids
    );
  }

  startedAt(pid: number): Instant | undefined {
    return this.#processes.get(pid)?.startedAt;
  }

  /** A process starts. A pid that was used before gives another identity. */
  start(pid: number, startedAt?: Instant): ProcessIdentity {
    this.#ticks += 1;
    const identity = {
      pid,
      startTime: String(this.#ticks),
      bootId: this.#bootId,
      host: this.#self.host,
      pids: this.#pids,
    };
    this.#processes.set(pid, { identity, startedAt });
    return identity;
  }

  /** A process ends. */
  end(pid: number): void {
    this.#processes.delete(pid);
  }
}
