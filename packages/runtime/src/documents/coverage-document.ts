import type { Coverage } from '@umbracore/contracts';
import { seconds, timestampOrNull } from './timestamp.ts';

/** How much of a repository was read, and how long ago. */
export const coverageDocument = (coverage: Coverage) => {
  const { soundAt, packs, bytes, unreadBytes, freshBytes, withinMs, oldestAt } = coverage;
  return {
    soundAt: timestampOrNull(soundAt),
    packs,
    bytes,
    unreadBytes,
    freshBytes,
    within: seconds(withinMs),
    oldestAt: timestampOrNull(oldestAt),
  };
};

export type CoverageDocument = ReturnType<typeof coverageDocument>;
