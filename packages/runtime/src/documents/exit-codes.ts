import type { RunOutcome } from '@umbracore/contracts';

/** What a script can rely on; `umbra help exit-codes` prints the same list. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  configuration: 4,
  skipped: 5,
  alreadyRunning: 6,
  damage: 20,
  stale: 21,
  differs: 22,
  noDaemon: 30,
  noHelper: 31,
  interrupted: 130,
  terminated: 143,
} as const;

/** From the worst: of several jobs in one call the first of these wins. */
const worstFirst = [143, 130, 20, 22, 12, 10, 32, 31, 30, 4, 2, 1, 11, 75, 6, 3, 21, 5, 0];

/** The exit code of a call that did several things. Nothing done is done. */
export function worstOf(codes: readonly number[]): number {
  const rank = (code: number): number => {
    const place = worstFirst.indexOf(code);
    // A code that is not ours is some failure.
    return place === -1 ? worstFirst.indexOf(exitCodes.failed) : place;
  };
  return codes.reduce((worst, code) => (rank(code) < rank(worst) ? code : worst), exitCodes.done);
}

/** The exit code that a finished run stands for. */
export function exitCodeOf(outcome: RunOutcome, errorExitCode: number | undefined): number {
  switch (outcome) {
    case 'succeeded':
      return exitCodes.done;
    case 'warning':
      return exitCodes.partial;
    case 'failed':
      return errorExitCode === undefined || errorExitCode === exitCodes.done ? exitCodes.failed : errorExitCode;
    case 'cancelled':
      return errorExitCode ?? exitCodes.interrupted;
    case 'skipped':
      return errorExitCode ?? exitCodes.skipped;
    case 'missed':
      return exitCodes.skipped;
  }
}
