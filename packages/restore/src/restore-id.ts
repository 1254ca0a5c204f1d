import type { Instant } from '@umbracore/contracts';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `x-`, 10 characters of time and 6 of chance in Crockford's base 32. `random` gives numbers from 0 to below 1. */
export function newRestoreId(now: Instant, random: () => number): string {
  let time = '';
  for (let rest = Math.max(0, Math.floor(now)); time.length < 10; rest = Math.floor(rest / 32)) {
    time = `${digits[rest % 32] ?? '0'}${time}`;
  }
  return `x-${time}${Array.from({ length: 6 }, () => digits[Math.floor(random() * 32) % 32] ?? '0').join('')}`;
}
