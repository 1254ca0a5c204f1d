import type { DurationMs } from '@umbracore/contracts';

const units: readonly (readonly [string, DurationMs])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];

/** A length of time in the largest unit that divides it, such as `90 m`. */
export function spoken(ms: DurationMs): string {
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}
