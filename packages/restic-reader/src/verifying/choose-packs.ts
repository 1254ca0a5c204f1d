import type { Instant, NewCheckScope } from '@umbracore/contracts';
import { dayOf, planRereading, type RereadPlan } from './reread-plan.ts';
import type { KnownPack } from './remembered.ts';
import type { RepositoryView } from './repository-view.ts';

/** So far may the clocks of this machine and of a file server be apart. */
const clocksApartMs = 3_600_000;

export interface ChoiceFacts {
  readonly view: RepositoryView;
  readonly known: ReadonlyMap<string, KnownPack>;
  readonly read: NewCheckScope['read'];
  /** Where nothing is known yet, packs that are older than this are not new. */
  readonly since: Instant | undefined;
  readonly rereadBytes: ReadonlyMap<number, number>;
  readonly now: Instant;
}

export interface ChosenPacks {
  /** Packs to be read that nobody knows to be right. */
  readonly fresh: readonly string[];
  /** Packs to be read that were there before. */
  readonly again: readonly string[];
  /** What is known of the others, and of those that are read again. */
  readonly known: ReadonlyMap<string, KnownPack>;
  readonly plan: RereadPlan | undefined;
}

/** Which packs of those that are there with the right size are read. */
export function choosePacks(facts: ChoiceFacts): ChosenPacks {
  const { fresh, known } = sortOut(facts);
  const { read, rereadBytes, now } = facts;
  if (read === 'new') return { fresh, again: [], known, plan: undefined };
  if (read === 'all') return { fresh, again: [...known.keys()], known, plan: undefined };
  const packs = [...known].map(([id, pack]) => ({ id, ...pack }));
  const plan = planRereading(packs, { ...read, readToday: rereadBytes.get(dayOf(now)) ?? 0 }, now);
  return { fresh, again: plan.packs, known, plan };
}

function sortOut({ view, known: before, since, now }: ChoiceFacts): Pick<ChosenPacks, 'fresh' | 'known'> {
  const fresh: string[] = [];
  const known = new Map<string, KnownPack>();
  const youngest = since === undefined ? Number.POSITIVE_INFINITY : since - clocksApartMs;
  for (const id of view.index.blobs.packs) {
    const found = view.packs.get(id);
    if (found === undefined || found.bytes !== view.index.blobs.packBytes(id)) continue;
    const earlier = before.get(id);
    if (earlier !== undefined && earlier.changedAt === found.changedAt) known.set(id, earlier);
    else if (before.size > 0 || found.changedAt >= youngest) fresh.push(id);
    else known.set(id, { ...found, knownSince: now, readAt: undefined });
  }
  return { fresh, known };
}
