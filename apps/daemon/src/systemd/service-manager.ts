import { execFile } from 'node:child_process';
import type { Clock, Log } from '@umbracore/contracts';

export interface ServiceManagerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the daemon does its work; a watchdog that is not told so restarts it. */
  readonly isHealthy: () => boolean;
}

const program = 'systemd-notify';

/**
 * Tells systemd how the daemon is, where systemd started it and asks for it. Node has no datagram sockets in the file system, so a
 * small program of systemd itself does the telling. Trouble with that is logged and changes nothing.
 */
export class ServiceManager implements Disposable {
  readonly #options: ServiceManagerOptions;
  readonly #watchdog: Disposable | undefined;

  constructor(options: ServiceManagerOptions) {
    this.#options = options;
    const periodMs = watchdogPeriodMs(options.env, process.pid);
    if (periodMs === undefined || !this.#isAsked) return;
    this.#watchdog = options.clock.every(periodMs, () => {
      if (options.isHealthy()) void this.#tell('WATCHDOG=1');
    });
  }

  /** It listens and works. Resolves when that has been told. */
  ready(): Promise<void> {
    return this.#tell('READY=1', `MAINPID=${process.pid}`);
  }

  reloading(): Promise<void> {
    return this.#tell('RELOADING=1');
  }

  stopping(): Promise<void> {
    return this.#tell('STOPPING=1');
  }

  [Symbol.dispose](): void {
    this.#watchdog?.[Symbol.dispose]();
  }

  get #isAsked(): boolean {
    return (this.#options.env['NOTIFY_SOCKET'] ?? '') !== '';
  }

  #tell(...variables: readonly string[]): Promise<void> {
    const { env, log } = this.#options;
    if (!this.#isAsked) return Promise.resolve();
    const needed = { PATH: env['PATH'], NOTIFY_SOCKET: env['NOTIFY_SOCKET'] };
    return new Promise((resolve) => {
      execFile(program, variables, { env: needed, timeout: 10_000 }, (error) => {
        if (error !== null) log.warn({ variables, error: error.message }, 'systemd could not be told');
        resolve();
      });
    });
  }
}

/** Half of the time after which systemd takes us for dead; undefined if it does not watch this process. */
export function watchdogPeriodMs(env: ServiceManagerOptions['env'], pid: number): number | undefined {
  const microseconds = Number(env['WATCHDOG_USEC']);
  const isForUs = env['WATCHDOG_PID'] === undefined || Number(env['WATCHDOG_PID']) === pid;
  return isForUs && microseconds > 0 ? microseconds / 2000 : undefined;
}
