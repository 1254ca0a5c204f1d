import { UmbraError } from '@umbracore/contracts';
import { exitCodes } from './exit-codes.ts';

/** What Ctrl-C and SIGTERM did to this call. */
export interface Interrupt {
  /** Aborts at the first signal, with a `run.cancelled` or `run.terminated` error as its reason. */
  readonly signal: AbortSignal;
  /** The exit code that the signal asks for; undefined while there was none. */
  readonly exitCode: () => number | undefined;
  /** Called at the second Ctrl-C, just before the program ends. */
  onKill(kill: () => void): void;
}

/** Listens from now on. The first signal cancels, a second Ctrl-C ends the program at once. */
export function watchInterrupt(notice: (text: string) => void): Interrupt {
  const abort = new AbortController();
  const kills: (() => void)[] = [];
  let exitCode: number | undefined;

  process.on('SIGINT', () => {
    if (exitCode !== undefined) {
      for (const kill of kills) kill();
      process.exit(exitCodes.interrupted);
    }
    exitCode = exitCodes.interrupted;
    notice('Cancelling; once more kills.');
    abort.abort(new UmbraError('run.cancelled', 'interrupted from the keyboard'));
  });
  process.on('SIGTERM', () => {
    if (exitCode !== undefined) return;
    exitCode = exitCodes.terminated;
    notice('Asked to terminate: cancelling.');
    abort.abort(new UmbraError('run.terminated', 'terminated by a signal'));
  });
  return { signal: abort.signal, exitCode: () => exitCode, onKill: (kill) => void kills.push(kill) };
}
