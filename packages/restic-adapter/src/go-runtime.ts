import { availableParallelism } from 'node:os';
import type { EngineLimits } from '@umbracore/contracts';

/** Below so much free memory restic's own way with it is left as it is. */
const plentyBytes = 4 * 1024 ** 3;

/**
 * What the runtime of Go, in which restic is written, is told by its environment.
 *
 * restic lets Go collect garbage whenever a half has been added to what is in use (`SetGCPercent(50)` in its main.go), which suits
 * machines with little memory. Where there is plenty that is up to a twelfth of a backup's processor time for nothing: there it
 * collects at three times what is in use, and as eagerly as ever before two thirds of what is free are gone. Who is to give way does
 * so too: he needs less of the processors.
 */
export function goRuntime(
  { cpuShare }: EngineLimits = {},
  availableBytes = process.availableMemory(),
): Record<string, string> {
  return {
    ...(cpuShare === undefined ? {} : { GOMAXPROCS: String(threadsOf(cpuShare)) }),
    ...(availableBytes < plentyBytes
      ? {}
      : { GOGC: '200', GOMEMLIMIT: `${Math.floor((availableBytes * 2) / 3 / 1024 ** 2)}MiB` }),
  };
}

/** Go divides its work into so many threads that work at the same time, and at least one. */
const threadsOf = (share: number): number => Math.max(1, Math.round(availableParallelism() * share));
