// Sizes and distances in time as all sentences have them that people read.

export const sizeUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as readonly string[];
export const sizeStep = 1024;

/** Bytes for people, in the IEC units that restic uses too: `412 MiB`, `48.1 GiB`. */
export function formatSize(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.95 would print as "1024.0", so it already counts as the next unit.
  while (value >= sizeStep - 0.05 && unit < sizeUnits.length - 1) {
    value /= sizeStep;
    unit += 1;
  }
  const digits = unit > 0 && value < 99.95 ? 1 : 0;
  return `${bytes < 0 ? '-' : ''}${value.toFixed(digits)} ${sizeUnits[unit] ?? ''}`;
}

const steps = [
  { ms: 365 * 86_400_000, one: 'year', many: 'years' },
  { ms: 86_400_000, one: 'day', many: 'days' },
  { ms: 3_600_000, one: 'h', many: 'h' },
  { ms: 60_000, one: 'min', many: 'min' },
] as const;

/** `18 min ago`, `in 5 h`, `just now`: one unit, rounded down, as a person would say it. */
export function relativeTime(instant: number, now: number): string {
  const distance = Math.abs(now - instant);
  const step = steps.find(({ ms }) => distance >= ms);
  if (step === undefined) return instant > now ? 'in a moment' : 'just now';
  const count = Math.floor(distance / step.ms);
  const text = `${count} ${count === 1 ? step.one : step.many}`;
  return instant > now ? `in ${text}` : `${text} ago`;
}
