import type {
  Coverage,
  DurationMs,
  Instant,
  NewCheckReport,
  NewCheckScope,
  RereadOutlook,
  RereadPace,
} from '@umbracore/contracts';

/** What is checked piece by piece: a snapshot of the fake is one pack. */
export interface FakePack {
  readonly id: string;
  readonly bytes: number;
}

/** Remembers which packs were read, and when. */
export class FakeNewCheck {
  /** What the next checks at a pace say of it. */
  outlook: RereadOutlook = { keeps: true, overdueBytes: 0, neededBytes: 0 };
  readonly #readAt = new Map<string, Instant>();
  #soundAt: Instant | null = null;

  check(
    packs: readonly FakePack[],
    problems: readonly string[],
    { read }: NewCheckScope,
    now: Instant,
  ): NewCheckReport {
    const wanted = packs.filter(({ id }) => read !== 'new' || !this.#readAt.has(id));
    const sound = problems.length === 0;
    for (const { id } of sound ? wanted : []) this.#readAt.set(id, now);
    if (sound) this.#soundAt = now;
    return {
      sound,
      problems,
      advice: [],
      notes: [],
      snapshots: packs.length,
      read: { trees: wanted.length, packs: wanted.length, bytes: bytesOf(wanted) },
      coverage: this.coverage(packs, typeof read === 'string' ? 30 * 86_400_000 : read, now),
    };
  }

  coverage(packs: readonly FakePack[], wanted: DurationMs | RereadPace, now: Instant): Coverage {
    const withinMs = typeof wanted === 'number' ? wanted : wanted.withinMs;
    const readAt = ({ id }: FakePack): Instant => this.#readAt.get(id) ?? Number.NEGATIVE_INFINITY;
    const known = packs.filter((pack) => readAt(pack) > Number.NEGATIVE_INFINITY);
    return {
      soundAt: this.#soundAt,
      packs: packs.length,
      bytes: bytesOf(packs),
      unreadBytes: bytesOf(packs) - bytesOf(known),
      freshBytes: bytesOf(known.filter((pack) => now - readAt(pack) <= withinMs)),
      withinMs,
      oldestAt: known.length === 0 ? null : Math.min(...known.map(readAt)),
      outlook: typeof wanted === 'number' ? null : this.outlook,
    };
  }
}

const bytesOf = (packs: readonly FakePack[]): number => packs.reduce((sum, { bytes }) => sum + bytes, 0);
