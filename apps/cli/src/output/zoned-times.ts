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

const formats = new Map<string, Intl.DateTimeFormat>();

// Making one takes longer than using it a hundred times.
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  formats.set(timeZone, format);
  return format;
}

export function zonedTime(instant: number, zone: string): ZonedTime {
  const parts = new Map<string, string>(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  const time = `${part('hour')}:${part('minute')}`;
  const date = `${part('weekday')} ${Number(part('day'))} ${months[Number(part('month')) - 1]} ${part('year')}`;
  const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  return { date, time, offset, timestamp: `${day}T${time}:${part('second')}${offset}` };
}
