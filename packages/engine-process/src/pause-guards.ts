import { spawn, type ChildProcess } from 'node:child_process';
import type { DurationMs } from '@umbracore/contracts';
import { haltProcess, signalProcess } from './process-tree.ts';

/**
 * Its input ends without a word when the coordinator is gone, however that happened. In case that it is killed with the coordinator it has a
 * child, which sees once a second whether it has another parent. Without `/proc` that only bounds the time.
 */
const script = `
trap "" HUP INT TERM
seconds=$1
shift
(
  while [ "$seconds" -gt 0 ]; do
    sleep 1
    seconds=$((seconds - 1))
    read -r self name state parent rest </proc/self/stat && [ "$parent" != $$ ] && break
  done
  kill -CONT "$@"
) 2>/dev/null &
read -r over || kill -CONT "$@"
kill -KILL $!
`;

/**
 * Stops processes, each set of them under a small guard of its own: if this process goes away, also by SIGKILL, the guard lets them go on
 * at once, and if the guard goes away, this process does; if both go away, its child. Nobody else has to live for that, nor to come back, and
 * nothing stands still for longer than it may.
 */
export class PauseGuards {
  readonly #guards = new Map<string, ChildProcess>();
  readonly #longestSeconds: number;

  constructor(longestStopMs: DurationMs) {
    this.#longestSeconds = Math.ceil(longestStopMs / 1000);
  }

  /** False if nobody is there to stop, or no guard can be had. */
  stop(name: string, pids: readonly number[]): boolean {
    this.release(name);
    const guard = startGuard(this.#longestSeconds, pids);
    const group = guard?.pid;
    if (guard === undefined || group === undefined) return false;
    this.#guards.set(name, guard);
    guard.once('exit', () => {
      if (this.#guards.get(name) !== guard) return;
      this.#guards.delete(name);
      letGoOn(pids);
      // Its child would do that once more, in a second, when they may stand still again.
      signalProcess(-group, 'SIGKILL');
    });
    const isStopped = pids.map((pid) => haltProcess(pid, 'SIGSTOP')).includes(true);
    if (!isStopped) this.release(name);
    return isStopped;
  }

  /** The guard has nothing to do any more; what stands still stays so. */
  release(name: string): void {
    const guard = this.#guards.get(name);
    this.#guards.delete(name);
    guard?.stdin?.end('over\n');
  }
}

export function letGoOn(pids: readonly number[]): void {
  for (const pid of pids) haltProcess(pid, 'SIGCONT');
}

function startGuard(seconds: number, pids: readonly number[]): ChildProcess | undefined {
  try {
    const guard = spawn('/bin/sh', ['-c', script, 'umbra-pause-guard', ...[seconds, ...pids].map(String)], {
      cwd: '/',
      env: {},
      // Not in our session: what ends that must not end it before us.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // One that could not be started has no pid, and one that was killed takes no word.
    guard.on('error', () => undefined);
    guard.stdin.on('error', () => undefined);
    guard.unref();
    if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
    return guard;
  } catch {
    return undefined;
  }
}
