import type { Instant, RunId } from '@umbracore/contracts';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeLength = 10;
const chanceLength = 6;

/** `r-`, 10 characters of time and 6 of chance in Crockford's base 32. `random` gives numbers from 0 to below 1. */
export function newRunId(now: Instant, random: () => number): RunId {
  let time = '';
  for (let rest = Math.max(0, Math.floor(now)); time.length < timeLength; rest = Math.floor(rest / 32)) {
    time = `${digits[rest % 32] ?? '0'}${time}`;
  }
  const chance = Array.from({ length: chanceLength }, () => digits[Math.floor(random() * 32) % 32] ?? '0').join('');
  return `r-${time}${chance}`;
}
