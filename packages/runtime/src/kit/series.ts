import type { KitFacts, KitSeries } from './facts.ts';

/** Whether a job has saved from other hosts too. */
export const isOnSeveralHosts = (series: KitSeries, all: readonly KitSeries[]): boolean =>
  all.some(({ job, host }) => job === series.job && host !== series.host);

/** The folder below which a series is restored. */
export function folderFor(series: KitSeries, index: number, { series: all }: KitFacts): string {
  if (series.job === null) return `snapshots-${index + 1}`;
  return isOnSeveralHosts(series, all) ? `${series.job}-${index + 1}` : series.job;
}

export const folderOf = (file: string | null): string | undefined => file?.replace(/\/[^/]*$/, '') || undefined;
