import { readFileSync } from 'node:fs';

/** Milliseconds in which somebody waited for a processor, since the machine was started; 0 where nobody counts that. */
function stalledMs(): number {
  try {
    const [, total = '0'] = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'latin1')) ?? [];
    return Number(total) / 1000;
  } catch {
    return 0;
  }
}

/** Counts milliseconds, but for those in which the machine had more to do than it could: what waits for a processor does not hang. */
export function stopwatch(): () => number {
  const [started, stalled] = [performance.now(), stalledMs()];
  return () => performance.now() - started - (stalledMs() - stalled);
}
