import type { Instant, Opening, Schedule } from '@umbracore/contracts';
import { dayMs } from './civil.ts';
import { type Cover, coverOf, coversAlways } from './cover.ts';
import { zoneOf } from './zone.ts';

/** An opening, and how long it was closed before: nothing is open from `since` until `from`. */
export interface Turn extends Opening {
  readonly since: Instant;
}

/** The openings of one schedule. */
export interface Openings {
  /** The first opening that ends after `at`. Undefined if none begins within nine years. */
  turnAt(at: Instant): Turn | undefined;
}

/** A slot that finds no opening for so long never starts: a year and a month. */
export const longestClosedMs = 396 * dayMs;

const searchedMs = 9 * 366 * dayMs;

const always: Turn = { since: -Infinity, from: -Infinity, to: Infinity };
const unlimited: Openings = { turnAt: () => always };

const known = new WeakMap<Schedule, Openings>();

/** Kept as long as the schedule, because reading windows and looking for openings takes time. */
export function openingsOf(schedule: Schedule): Openings {
  if (!schedule.windows?.length && !schedule.blackouts?.length) return unlimited;
  const openings = known.get(schedule) ?? newOpenings(schedule);
  known.set(schedule, openings);
  return openings;
}

function newOpenings({ windows = [], blackouts = [], zone }: Schedule): Openings {
  const open = windows.length === 0 || coversAlways(windows) ? undefined : coverOf(windows, zoneOf(zone));
  if (coversAlways(blackouts)) return { turnAt: () => undefined };
  const shut = blackouts.length === 0 ? undefined : coverOf(blackouts, zoneOf(zone));
  if (!open && !shut) return unlimited;
  // Of many jobs in turn the same is asked: about now, and about their next slots.
  let recent: readonly Turn[] = [];
  return {
    turnAt(at) {
      const known = recent.find(({ since, to }) => since <= at && at < to);
      const turn = known ?? findTurn(open, shut, at);
      if (!known && turn) recent = [turn, ...recent.slice(0, 1)];
      return turn;
    },
  };
}

function findTurn(open: Cover | undefined, shut: Cover | undefined, at: Instant): Turn | undefined {
  for (let from = at; from - at <= searchedMs;) {
    const window = open ? open.at(from) : always;
    const blackout = shut?.at(from);
    if (!window) from = open?.nextFrom(from) ?? Infinity;
    else if (blackout) from = blackout.to;
    else {
      const opening = {
        from: Math.max(window.from, shut?.lastTo(from) ?? -Infinity),
        to: Math.min(window.to, shut?.nextFrom(from) ?? Infinity),
      };
      return { since: closedSince(open, shut, opening.from), ...opening };
    }
  }
  return undefined;
}

/** When the opening before the one that begins at `from` ended, or since when no slot waits for it. */
function closedSince(open: Cover | undefined, shut: Cover | undefined, from: Instant): Instant {
  let last = from - 1;
  while (from - last <= longestClosedMs) {
    const blackout = shut?.at(last);
    if (open && !open.at(last)) last = open.lastTo(last) - 1;
    else if (blackout) last = blackout.from - 1;
    else return last + 1;
  }
  return from - longestClosedMs;
}
