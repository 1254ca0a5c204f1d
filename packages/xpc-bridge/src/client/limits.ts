import type { EngineLimits } from '@umbracore/contracts';

/** Limits as they are sent. Rates that are no whole numbers are those of a share of something. */
export function limitsOf({
  uploadBytesPerSecond: up,
  downloadBytesPerSecond: down,
  cpuShare,
  priority,
  ioPriority,
  readConcurrency,
}: EngineLimits): EngineLimits {
  const rates = { uploadBytesPerSecond: up && Math.ceil(up), downloadBytesPerSecond: down && Math.ceil(down) };
  return { ...rates, cpuShare, priority, ioPriority, readConcurrency };
}
