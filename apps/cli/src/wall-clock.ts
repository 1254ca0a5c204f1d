/** The program's only look at the wall clock, for sentences such as "2 h ago" and ages such as `--since 30d`. */
export const wallClock = (): number => Date.now();
