/**
 * For a program that mostly waits: a small space for what is young, which Node else grows at the start and keeps, memory before
 * speed in all that it weighs, and without the compilers for what runs hot for long. Together with a C library that has one arena
 * and gives back what is free, a third less memory; an answer takes a millisecond longer.
 */
const leanFlags: readonly string[] = [
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
];
const leanEnv = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

/** Whether this process works with them. */
export const isLean = (): boolean => leanFlags.every((flag) => process.execArgv.includes(flag));

/**
 * Starts this very process anew with settings that Node takes only at its start. The process keeps its number, its terminal and
 * what it was told; where the system or Node cannot do that it goes on as it is.
 */
export function becomeLean(): void {
  const { argv, argv0, env, execArgv, execPath, platform } = process;
  if (platform === 'win32' || isLean()) return;
  const rest = [...execArgv, ...leanFlags, ...argv.slice(1)];
  try {
    // Absent before Node 22.15.
    process.execve?.(execPath, [argv0, ...rest], { ...leanEnv, ...env });
  } catch {
    // Said to be experimental: without it the daemon works as well.
  }
}
