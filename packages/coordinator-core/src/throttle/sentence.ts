import type { ThrottleLimits, ThrottleState } from '@umbracore/contracts';

const mebibyte = 1024 * 1024;

const rateText = (bytes: number): string =>
  bytes >= mebibyte ? `${Number((bytes / mebibyte).toFixed(1))} MiB/s` : `${Math.round(bytes / 1024)} KiB/s`;

/** What holds an engine back, in a few words such as `50 % CPU, 10 MiB/s up`; empty if nothing does. */
export function limitsText(limits: ThrottleLimits): string {
  const { paused, cpuShare, priority = 'normal', ioPriority = 'normal', readConcurrency } = limits;
  const { uploadBytesPerSecond: up, downloadBytesPerSecond: down } = limits;
  return [
    ...(paused === true ? ['paused'] : []),
    ...(cpuShare === undefined ? [] : [`${Math.round(cpuShare * 100)} % CPU`]),
    ...(priority === 'normal' ? [] : [`${priority} priority`]),
    ...(ioPriority === 'normal' ? [] : [`${ioPriority} I/O priority`]),
    ...(up === undefined ? [] : [`${rateText(up)} up`]),
    ...(down === undefined ? [] : [`${rateText(down)} down`]),
    ...(readConcurrency === undefined ? [] : [`${readConcurrency} files at a time`]),
  ].join(', ');
}

/** The same with its reasons, as one sentence. */
export function sentenceOf({ limits, because, unapplied }: ThrottleState): string {
  const text = limitsText(limits);
  const why = because.length === 0 ? '' : ` (${because.join('; ')})`;
  const not = unapplied.length === 0 ? '' : `; ${unapplied.join('; ')}`;
  return text === '' ? `Nothing holds it back${why}${not}` : `Throttled: ${text}${why}${not}`;
}
