import type { Coverage } from '@umbracore/contracts';
import type { ReadParts } from '../status/read-parts.ts';
import type { KnownCoverage } from '../status/known-coverage.ts';
import { seconds, timestampOrNull } from './timestamp.ts';

/** How much of a repository was read, and how long ago. */
export const coverageDocument = (coverage: Coverage) => {
  const { soundAt, packs, bytes, unreadBytes, freshBytes, withinMs, oldestAt, outlook } = coverage;
  return {
    soundAt: timestampOrNull(soundAt),
    packs,
    bytes,
    unreadBytes,
    freshBytes,
    within: seconds(withinMs),
    oldestAt: timestampOrNull(oldestAt),
    outlook,
  };
};

export type CoverageDocument = ReturnType<typeof coverageDocument>;

const partsDocument = ({ readShare, freshShare, withinMs, oldestAt }: ReadParts) => ({
  read: rounded(readShare),
  fresh: rounded(freshShare),
  within: seconds(withinMs),
  oldestAt: timestampOrNull(oldestAt),
});

/** Never more than it is. */
const rounded = (share: number): number => Math.floor(share * 10_000) / 10_000;

/** Of each repository, whether anything is known or not. */
export const coveragesDocument = (known: readonly KnownCoverage[]) => ({
  schema: 'umbra.coverage/1',
  repositories: known.map(({ repository, coverage, parts, damagedAt, problem, wanted }) => ({
    repository: repository.name,
    coverage: coverage === undefined ? null : coverageDocument(coverage),
    parts: parts === undefined ? null : partsDocument(parts),
    damagedAt: timestampOrNull(damagedAt),
    problem: problem ?? null,
    wanted:
      wanted === undefined
        ? null
        : { job: wanted.job, within: seconds(wanted.withinMs), bytesPerDay: wanted.bytesPerDay },
  })),
});
