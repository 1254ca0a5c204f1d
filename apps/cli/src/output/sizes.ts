import { formatSize, sizeStep as step, sizeUnits as units } from '@umbracore/contracts';

export { formatSize };

/** `29.8/48.1 GiB`: two sizes in the unit of the larger one. */
export function formatShare(bytes: number, total: number): string {
  const [, unit = 'B'] = formatSize(total).split(' ');
  const divisor = step ** units.indexOf(unit);
  const digits = unit === 'B' ? 0 : 1;
  return `${(bytes / divisor).toFixed(digits)}/${(total / divisor).toFixed(digits)} ${unit}`;
}

const sizePattern = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[KMGTP]i?)?B?(?:\/s)?$/i;

/** `10MiB/s`, `500KiB`, `20M` (units are 1024 with or without `i`) as bytes; undefined if it is no size. */
export function parseSize(text: string): number | undefined {
  const { number, unit = '' } = sizePattern.exec(text.trim())?.groups ?? {};
  if (number === undefined) return undefined;
  const exponent = ' KMGTP'.indexOf(unit.charAt(0).toUpperCase() || ' ');
  return Math.round(Number(number) * step ** exponent);
}

/** Bytes, both included. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

/** `>10M`, `<1k`, `1M-2M`; undefined if it is none of them. */
export function parseSizeRange(text: string): SizeRange | undefined {
  const [, sign, first = '', last] = /^([<>]?)([^<>-]+)(?:-([^<>-]+))?$/.exec(text.trim()) ?? [];
  const [from, to] = [parseSize(first), last === undefined ? undefined : parseSize(last)];
  if (from === undefined || (last !== undefined && (to === undefined || sign !== ''))) return undefined;
  if (sign === '>') return { least: from + 1, most: Infinity };
  if (sign === '<') return { least: 0, most: from - 1 };
  return { least: from, most: to ?? from };
}

/** `118,204` */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `1 file`, `1,204 files` */
export const formatQuantity = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`;
