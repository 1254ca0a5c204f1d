import { zonedTime } from '../output/zoned-times.ts';

const day = 86_400_000;

/** A moment at which the clocks of a zone are put forward or back. */
export interface ClockChange {
  readonly zone: string;
  readonly at: number;
  /** `+01:00` */
  readonly before: string;
  readonly after: string;
}

/** All changes after `from` and not after `until`, the first one first. None lasts less than a day. */
export function clockChanges(zones: readonly string[], from: number, until: number): readonly ClockChange[] {
  const changes = [...new Set(zones)].flatMap((zone) => {
    const offsetAt = (instant: number): string => zonedTime(instant, zone).offset;
    const found: ClockChange[] = [];
    for (let start = from; start < until; start += day) {
      const end = Math.min(until, start + day);
      const [before, after] = [offsetAt(start), offsetAt(end)];
      if (before !== after) found.push({ zone, at: firstWith(after, offsetAt, start, end), before, after });
    }
    return found;
  });
  return changes.toSorted((one, other) => one.at - other.at);
}

function firstWith(after: string, offsetAt: (instant: number) => string, start: number, end: number): number {
  let [low, high] = [start, end];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === after) high = middle;
    else low = middle;
  }
  return high;
}
