import type { Coverage, DurationMs, Instant, RereadOutlook } from '@umbracore/contracts';
import type { ReadParts } from '@umbracore/runtime';
import { formatDuration } from './durations.ts';
import { formatQuantity, formatSize } from './sizes.ts';
import { relativeTime } from './times.ts';

interface ReadCounts {
  readonly trees: number;
  readonly packs: number;
  readonly bytes: number;
}

/** What a check read beside the structure. */
export function readText({ trees, packs, bytes }: ReadCounts): string {
  const parts = [
    ...(packs === 0 ? [] : [`${formatQuantity(packs, 'pack')} (${formatSize(bytes)})`]),
    ...(trees === 0 ? [] : [formatQuantity(trees, 'folder')]),
  ];
  return parts.length === 0 ? 'nothing was new' : `${parts.join(' and ')} read`;
}

/** How much was read, and how long ago: `97% of 12.3 GiB read in the last 30 days, the oldest 12 days ago`. */
export function coverageText(coverage: Coverage, now: Instant): string {
  const { packs, bytes, freshBytes, unreadBytes, withinMs, oldestAt } = coverage;
  if (packs === 0) return 'nothing is known yet: nobody has checked it with this';
  // What is not everything is never shown as everything.
  const percent = bytes === 0 ? 100 : Math.floor((freshBytes / bytes) * 100);
  const oldest = oldestAt === null ? '' : `, the oldest ${relativeTime(oldestAt, now)}`;
  const unread = unreadBytes === 0 ? '' : `, ${formatSize(unreadBytes)} never`;
  return `${percent}% of ${formatSize(bytes)} read in the last ${formatDuration(withinMs)}${oldest}${unread}`;
}

/** What the engine read part by part: `62% read by restic in the last 30 days, the oldest 12 days ago, 25% never`. */
export function partsText(
  { readShare, freshShare, withinMs, oldestAt }: ReadParts,
  engine: string,
  now: Instant,
): string {
  const percent = (share: number): string => `${Math.floor(share * 100)}%`;
  const oldest = oldestAt === null ? '' : `, the oldest ${relativeTime(oldestAt, now)}`;
  const unread = readShare >= 1 ? '' : `, ${percent(1 - readShare)} never`;
  return `${percent(freshShare)} read by ${engine} in the last ${formatDuration(withinMs)}${oldest}${unread}`;
}

interface Wanted {
  readonly withinMs: DurationMs;
  readonly bytesPerDay: number;
}

/** Whether what is wanted can be had. */
export function paceText({ withinMs, bytesPerDay }: Wanted, outlook: RereadOutlook | null): string {
  const terms = `everything within ${formatDuration(withinMs)}, ${formatSize(bytesPerDay)} a day at most`;
  if (outlook === null) return terms;
  const late = outlook.overdueBytes === 0 ? '' : `; ${formatSize(outlook.overdueBytes)} are late`;
  const needed = `${formatSize(outlook.neededBytes)} a day are needed`;
  return outlook.keeps ? `${terms}: ${needed}${late}` : `${terms} cannot be kept: ${needed}${late}`;
}
