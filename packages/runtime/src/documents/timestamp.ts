const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** RFC 3339 in local time with its offset: `2026-11-23T02:00:00+00:00`. */
export function timestamp(instant: number): string {
  const date = new Date(instant);
  const offset = -date.getTimezoneOffset();
  const sign = offset < 0 ? '-' : '+';
  const zone = `${sign}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}${zone}`;
}

/** Of a length of time, which machines take in seconds. */
export const seconds = (ms: number): number => Math.round(ms) / 1000;

export const timestampOrNull = (instant: number | null | undefined): string | null =>
  instant === null || instant === undefined ? null : timestamp(instant);
