import { isTerminal } from '@umbracore/contracts';
import type { AfterEdge, DurationMs, EdgeCondition, Instant, JobDefinition, RunRecord } from '@umbracore/contracts';
import { hasChanged } from '../chain/has-changed.ts';
import { conditionHolds } from '../chain/walk.ts';
import { instantText } from './instant-text.ts';
import type { AccountedSlot } from './account-slots.ts';

/**
 * An end may be recorded a while after the moment that it names, and an accounting that came between has not seen it. Ends from
 * so long before the cursor are looked at again: their slots have a record, or get it now.
 */
export const lookBackMs: DurationMs = 5 * 60_000;

/** What is known of a job's accounting. */
export interface Seen {
  readonly cursor: Instant | undefined;
  /** When it got its cursor; undefined if that is not known. */
  readonly firstSeen: Instant | undefined;
}

/**
 * Ends after this moment are looked at: never from before the job was first seen, unless the clock was wrong then, which shows in
 * a cursor that was set back behind it.
 */
export function owedSince({ cursor, firstSeen }: Seen, now: Instant): Instant {
  const until = Math.min(cursor ?? now, now);
  return firstSeen !== undefined && firstSeen <= until ? Math.max(until - lookBackMs, firstSeen) : until - lookBackMs;
}

/** The ends of other jobs after which the job is due. `ends` are ended runs of the jobs that it comes after. */
export function afterSlots(
  { after = [] }: JobDefinition,
  ends: readonly RunRecord[],
  since: Instant,
  now: Instant,
): readonly AccountedSlot[] {
  return ends.flatMap((run) => {
    const at = run.finishedAt;
    if (at === null || at <= since || at > now) return [];
    const edges = after.filter((edge) => edge.job === run.job && holds(edge.on, run));
    return edges.length === 0 ? [] : [slotAfter(run, at, edges, now)];
  });
}

function slotAfter(run: RunRecord, at: Instant, edges: readonly AfterEdge[], now: Instant): AccountedSlot {
  const slot = { key: keyAfter(run), at, trigger: 'chain' as const };
  const until = lapseOf(edges, at);
  if (until === undefined || now <= until) return { ...slot, end: undefined };
  const text = `It was to start by ${instantText(until)}, after the end of ${run.job}`;
  return { ...slot, end: { outcome: 'missed', because: { code: 'after', text, alsoStandsFor: null } } };
}

/** Until when a run after an end that any of these edges names may start; undefined if it is never too late. */
export function lapseOf(edges: readonly AfterEdge[], end: Instant): Instant | undefined {
  const patience = Math.max(...edges.map(({ withinMs }) => withinMs ?? Infinity));
  return patience === Infinity ? undefined : end + patience;
}

const prefix = 'after/';

const keyAfter = ({ id }: RunRecord): string => `${prefix}${id}`;

/** The run after whose end this slot is due; undefined if it is another kind of slot. */
export const runBefore = (slot: string | null): string | undefined =>
  slot?.startsWith(prefix) === true ? slot.slice(prefix.length) : undefined;

/** Whether a run ended as an edge wants. A dry run did nothing that another job could build on. */
const holds = (on: EdgeCondition, run: RunRecord): boolean =>
  isTerminal(run.state) &&
  run.plan.options.dryRun !== true &&
  conditionHolds(on, { state: run.state, changed: hasChanged(run) });
