/** The program's only look at the wall clock, for sentences such as "2 h ago" and ages such as `--since 30d`. */
export const wallClock = (): number => Date.now();

/** For the one case in which nothing else may be waited for: leaving the program. */
export const afterAWhile = (delayMs: number, act: () => void): void => void setTimeout(act, delayMs);
