import type { Coverage, DurationMs, Instant } from '@umbracore/contracts';
import type { Remembered } from './remembered.ts';

/** How much of a repository was read, and how long ago. What was read in the future, by a wrong clock, was not read. */
export function coverageOf({ packs, soundAt }: Remembered, withinMs: DurationMs, now: Instant): Coverage {
  let [bytes, unreadBytes, freshBytes] = [0, 0, 0];
  let oldestAt: Instant | null = null;
  for (const { bytes: own, readAt } of packs.values()) {
    bytes += own;
    if (readAt === undefined || readAt > now) {
      unreadBytes += own;
      continue;
    }
    if (now - readAt <= withinMs) freshBytes += own;
    oldestAt = Math.min(oldestAt ?? readAt, readAt);
  }
  return { soundAt: soundAt ?? null, packs: packs.size, bytes, unreadBytes, withinMs, freshBytes, oldestAt };
}
