import { UmbraError } from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import { endProcess } from './end-process.ts';

/** What Ctrl-C and SIGTERM did to this call. */
export interface Interrupt {
  /** Aborts at the first signal, with a `run.cancelled` or `run.terminated` error as its reason. */
  readonly signal: AbortSignal;
  /** The same with a word as its reason, as it is recorded with a run that is cancelled. */
  readonly cancel: AbortSignal;
  /** The exit code that the signal asks for; undefined while there was none. */
  readonly exitCode: () => number | undefined;
  /** From now on a second Ctrl-C leaves: what runs is carried out elsewhere, and goes on being cancelled there. */
  leaveRuns(): void;
  /** Listens no longer: somebody else answers to signals from now on. */
  release(): void;
  /** What must be ended, or told, when somebody insists, before this process ends. It sees to it itself that it takes only seconds. */
  onKill(kill: () => Promise<void>): void;
}

/** How the signals are told, and what is tidied before the program ends by one. */
interface Screen {
  readonly notice: (text: string) => void;
  readonly tidy: () => void;
}

/** Listens from now on. The first signal cancels, a second Ctrl-C kills, a third one waits for nothing. */
export function watchInterrupt({ notice, tidy }: Screen): Interrupt {
  const abort = new AbortController();
  const cancel = new AbortController();
  const kills: (() => Promise<void>)[] = [];
  let exitCode: number | undefined;
  let killing = false;
  let runsElsewhere = false;

  const leave = (): never => {
    tidy();
    endProcess(exitCodes.interrupted);
  };
  const killAll = (): void => {
    if (killing) leave();
    killing = true;
    if (!runsElsewhere) notice('Killing what runs.');
    void Promise.allSettled(kills.map((kill) => kill())).then(leave);
  };
  const onInterrupt = (): void => {
    if (exitCode !== undefined) return killAll();
    exitCode = exitCodes.interrupted;
    notice(`Cancelling cleanly; Ctrl-C once more ${runsElsewhere ? 'leaves' : 'kills'}.`);
    cancel.abort('interrupted');
    abort.abort(new UmbraError('run.cancelled', 'interrupted from the keyboard'));
  };
  const onTerminate = (): void => {
    if (exitCode !== undefined) return;
    exitCode = exitCodes.terminated;
    notice('Asked to terminate: cancelling cleanly.');
    cancel.abort('terminated');
    abort.abort(new UmbraError('run.terminated', 'terminated by a signal'));
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: abort.signal,
    cancel: cancel.signal,
    exitCode: () => exitCode,
    onKill: (kill) => void kills.push(kill),
    leaveRuns: () => void (runsElsewhere = true),
    release() {
      process.removeListener('SIGINT', onInterrupt);
      process.removeListener('SIGTERM', onTerminate);
    },
  };
}
