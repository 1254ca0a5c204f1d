import { UmbraError } from '@umbracore/contracts';
import type { DurationMs } from '@umbracore/contracts';

/** Milliseconds, or a number with `ms`, `s`, `m`, `h` or `d`, such as `90s` or `1.5h`. */
export type Duration = DurationMs | string;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Throws `usage.invalid` for what is no length of time. */
export function durationMs(duration: Duration): DurationMs {
  if (typeof duration === 'number') {
    if (Number.isFinite(duration) && duration >= 0) return Math.round(duration);
    throw unreadable(duration);
  }
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(duration.trim());
  const factor = units[match?.[2] ?? ''];
  if (match === null || factor === undefined) throw unreadable(duration);
  return Math.round(Number(match[1]) * factor);
}

const unreadable = (duration: Duration): UmbraError =>
  new UmbraError('usage.invalid', `${JSON.stringify(duration)} is not a length of time`, {
    hint: 'Write milliseconds, or a number with ms, s, m, h or d, such as "90s".',
  });
