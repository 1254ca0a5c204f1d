import type { DurationMs, Instant, LookedAt, RunRecord } from '@umbracore/contracts';

/** How much of a repository restic's own checks have read, part by part, of what was there when they did. */
export interface ReadParts {
  /** From 0 to 1. */
  readonly readShare: number;
  /** What was read at most `withinMs` ago. */
  readonly freshShare: number;
  readonly withinMs: DurationMs;
  /** When that was read of which it is longest ago; null if nothing was read. */
  readonly oldestAt: Instant | null;
}

/** restic tells packs apart by the first byte of their ids, which are hashes: each value stands for as much as any other. */
const values = 256;

/**
 * Part n of t has the packs whose first byte is n - 1 when it is divided by t, so that checks in parts of several sizes count
 * together. `runs` are checks, `everything` looks, also by hand, that read all. What a wrong clock dates in the future was not read.
 */
export function readParts(
  runs: readonly RunRecord[],
  everything: readonly LookedAt[],
  { withinMs, now }: { readonly withinMs: DurationMs; readonly now: Instant },
): ReadParts {
  const readAt = Array.from({ length: values }, (): Instant | undefined => undefined);
  const note = (part: number, of: number, at: Instant): void => {
    for (let value = part - 1; value < values; value += of) {
      const before = readAt[value];
      if (at <= now && (before === undefined || at > before)) readAt[value] = at;
    }
  };
  for (const { report, startedAt } of runs) {
    if (report?.kind !== 'check' || !report.sound || report.part === null || startedAt === null) continue;
    // What came while it read may not have been read.
    note(report.part.part, report.part.of, startedAt);
  }
  for (const { look, at } of everything) if (look === 'all' || look === 'checksums') note(1, 1, at);
  const read = readAt.filter((at) => at !== undefined);
  const fresh = read.filter((at) => now - at <= withinMs);
  return {
    readShare: read.length / values,
    freshShare: fresh.length / values,
    withinMs,
    oldestAt: read.length === 0 ? null : Math.min(...read),
  };
}
