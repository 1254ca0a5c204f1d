import { UmbraError, type DurationMs } from '@umbracore/contracts';

// A leading digit limit keeps every accepted text inside the whole numbers that JavaScript counts exactly.
export const durationPattern = /^(?:\d{1,6}(?:ms|s|m|h|d|w))+$/;
export const longerPattern = /^(?=.*[1-9])(?:\d{1,6}(?:ms|s|m|h|d|w))+$/;
export const sizePattern = /^\d{1,6}(?:\.\d{1,3})?(?:B|[kK]B|MB|GB|TB|KiB|MiB|GiB|TiB)$/;
/** The same above zero. */
export const somePattern = /^(?=.*[1-9])\d{1,6}(?:\.\d{1,3})?(?:B|[kK]B|MB|GB|TB|KiB|MiB|GiB|TiB)$/;
export const ratePattern = /^(?:unlimited|\d{1,6}(?:\.\d{1,3})?(?:B|[kK]B|MB|GB|TB|KiB|MiB|GiB|TiB)\/s)$/;

export const percentPattern = /^(?:100|[1-9]\d?(?:\.\d{1,2})?)%$/;

export const durationHint = 'write a whole number with a unit, such as 90s, 15m, 36h or 30d';
export const sizeHint = 'write a number with a unit, such as 32MiB or 1.5GB';
export const rateHint = 'write a size per second, such as 20MiB/s, or unlimited';

const durationUnits: ReadonlyMap<string, number> = new Map([
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
]);

const sizeUnits: ReadonlyMap<string, number> = new Map([
  ['TiB', 1024 ** 4],
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
  ['KB', 1e3],
  ['B', 1],
]);

const refuse = (text: string, kind: string, hint: string): UmbraError =>
  new UmbraError('config.invalid-value', `"${text}" is not a ${kind}`, { hint });

/** Milliseconds of `90s`, `15m`, `36h`, `30d` or `1h30m`. Throws `config.invalid-value`. */
export function parseDuration(text: string): DurationMs {
  if (!durationPattern.test(text)) throw refuse(text, 'duration', durationHint);
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (durationUnits.get(unit ?? '') ?? 0),
    0,
  );
}

/** The shortest text that `parseDuration` reads as these whole milliseconds. */
export function formatDuration(durationMs: DurationMs): string {
  let rest = durationMs;
  let text = '';
  for (const [unit, size] of durationUnits) {
    // Weeks are read but not written: people count backups in days.
    if (unit === 'w') continue;
    const amount = Math.floor(rest / size);
    if (amount === 0) continue;
    text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text === '' ? '0s' : text;
}

/** Bytes of `32MiB`, `1.5GB` or `512B`. Throws `config.invalid-value`. */
export function parseSize(text: string): number {
  if (!sizePattern.test(text)) throw refuse(text, 'size', sizeHint);
  const unit = text.replace(/^[\d.]+/, '');
  return Math.round(Number.parseFloat(text) * (sizeUnits.get(unit) ?? 1));
}

/** The text in the largest binary unit that says exactly these bytes. */
export function formatSize(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const size = sizeUnits.get(unit) ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}

/** Bytes per second of `20MiB/s`; undefined for `unlimited`. Throws `config.invalid-value`. */
export function parseRate(text: string): number | undefined {
  if (!ratePattern.test(text)) throw refuse(text, 'rate', rateHint);
  return text === 'unlimited' ? undefined : parseSize(text.replace(/\/s$/, ''));
}

/** The inverse of `parseRate`. */
export const formatRate = (bytesPerSecond: number | undefined): string =>
  bytesPerSecond === undefined ? 'unlimited' : `${formatSize(bytesPerSecond)}/s`;
