import { utcOffsetIn, type UtcOffset } from '@umbracore/contracts';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An instant as the clocks of a zone show it. */
export interface ZonedTime {
  /** `Mon 23 Nov 2026` */
  readonly date: string;
  /** `02:00` */
  readonly time: string;
  /** `+01:00` */
  readonly offset: string;
  /** `2026-11-23T02:00:00+01:00` */
  readonly timestamp: string;
}

const offsets = new Map<string, UtcOffset>();

// Making one takes longer than using it a hundred times.
function offsetIn(zone: string): UtcOffset {
  const offset = offsets.get(zone) ?? utcOffsetIn(zone);
  offsets.set(zone, offset);
  return offset;
}

export function zonedTime(instant: number, zone: string): ZonedTime {
  const ahead = offsetIn(zone)(instant);
  const shown = new Date(instant + ahead);
  const [day = '', clock = ''] = shown.toISOString().split('T');
  const date = `${weekdays[shown.getUTCDay()]} ${shown.getUTCDate()} ${months[shown.getUTCMonth()]} ${day.slice(0, -6)}`;
  const offset = `${ahead < 0 ? '-' : '+'}${clockOf(Math.abs(ahead))}`;
  return { date, time: clock.slice(0, 5), offset, timestamp: `${day}T${clock.slice(0, 8)}${offset}` };
}

const clockOf = (duration: number): string => new Date(duration).toISOString().slice(11, 16);
