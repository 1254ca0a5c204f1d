import type { Delivery, NotificationRule } from '@umbracore/contracts';
import { printable } from '../output/printable.ts';
import { relativeTime } from '../output/times.ts';

/** A rule as a sentence. */
export function ruleText({
  on,
  severity,
  jobs,
  tags,
  channels,
  quietHours,
  digest,
  repeatEveryMs,
}: NotificationRule): string {
  const what = on.length > 0 ? on.join(', ') : 'everything';
  return [
    what,
    ...(severity === undefined ? [] : [`at least ${severity}`]),
    ...(jobs.length === 0 ? [] : [`of ${jobs.join(', ')}`]),
    ...(tags.length === 0 ? [] : [`of what is tagged ${tags.join(' or ')}`]),
    `to ${channels.join(', ')}`,
    ...(digest === undefined ? [] : [`collected, ${digest.text}`]),
    ...(quietHours === undefined ? [] : [`not in ${quietHours.text}`]),
    ...(repeatEveryMs === undefined ? [] : [`again every ${hours(repeatEveryMs)}`]),
  ].join('; ');
}

const hours = (ms: number): string => (ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : `${Math.round(ms / 60_000)} min`);

export function deliveryRow(
  { notice, channel, tries, state, dueAt, error }: Delivery,
  now: number,
  none: string,
): string[] {
  return [
    printable(notice.what),
    channel,
    String(tries),
    state === 'failed' ? 'given up' : relativeTime(dueAt, now),
    error === null ? none : printable(error.message),
  ];
}
