import type { DurationMs } from '@umbracore/contracts';

const units: Readonly<Record<string, DurationMs>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** Milliseconds of `10m` or `1h30m`, as everywhere in the configuration; undefined if it is no length of time. */
export function durationOf(text: unknown): DurationMs | undefined {
  if (typeof text !== 'string' || !/^(?:\d{1,6}(?:ms|[smhdw]))+$/u.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|[smhdw])/gu)];
  return parts.reduce((total, [, amount, unit]) => total + Number(amount) * (units[unit ?? ''] ?? 0), 0);
}

/** For people, in the largest unit that fits, such as `25 min`. */
export function durationText(durationMs: DurationMs): string {
  const seconds = Math.floor(Math.max(0, durationMs) / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}
