import type { Coverage, DurationMs, Instant, RereadPace } from '@umbracore/contracts';
import type { Remembered } from './remembered.ts';
import { dayOf, planRereading } from './reread-plan.ts';

/** What is known of packs is all that this needs. */
type KnownPacks = Pick<Remembered, 'packs' | 'soundAt' | 'damagedAt' | 'rereadBytes'>;

/**
 * How much of a repository was read, how long ago, and whether a pace can be kept. What was read in the future, by a wrong clock,
 * was not read.
 */
export function coverageOf(known: KnownPacks, wanted: DurationMs | RereadPace, now: Instant): Coverage {
  const { packs, damagedAt } = known;
  const soundAt = known.soundAt ?? null;
  const withinMs = typeof wanted === 'number' ? wanted : wanted.withinMs;
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
  const outlook = typeof wanted === 'number' ? null : outlookOf(known, wanted, now);
  return { soundAt, damagedAt, packs: packs.size, bytes, unreadBytes, withinMs, freshBytes, oldestAt, outlook };
}

function outlookOf({ packs, rereadBytes }: KnownPacks, pace: RereadPace, now: Instant): Coverage['outlook'] {
  const aging = [...packs].map(([id, pack]) => ({ id, ...pack }));
  const readToday = rereadBytes.get(dayOf(now)) ?? 0;
  const { keeps, overdueBytes, neededBytes } = planRereading(aging, { ...pace, readToday }, now);
  return { keeps, overdueBytes, neededBytes };
}
