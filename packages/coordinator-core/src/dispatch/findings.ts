import type { AfterEdge, Instant, JobDefinition } from '@umbracore/contracts';
import type { DecisionFacts, Reason, Verdict } from '../decide.ts';
import { nothingToSave } from '../source-guard.ts';
import { instantText } from './instant-text.ts';
import { condition, isClosed, noOpening, resource, settling, window } from './surroundings.ts';

/** A reason with what follows from it. Its words are found when somebody reads them. */
export interface Finding extends Pick<Reason, 'code' | 'ok'> {
  readonly text: () => string;
  readonly verdict?: Verdict;
}

/** Everything that can be said, the first verdict first. What does not apply is left out. */
export function findings(job: JobDefinition, facts: DecisionFacts, now: Instant): readonly Finding[] {
  return [
    enabled(job, facts),
    chain(facts),
    superseded(facts),
    madeUp(facts),
    lapsed(facts, now),
    overlap(job, facts),
    retry(facts, now),
    due(job, facts, now),
    after(job, facts),
    window(facts, now),
    settling(facts, now),
    condition(job, facts, now),
    resource(facts),
    sources(job, facts),
  ].filter((finding) => finding !== undefined);
}

function enabled(job: JobDefinition, { asked, run }: DecisionFacts): Finding {
  const code = 'enabled';
  if (job.enabled) return { code, ok: true, text: () => 'The job is enabled' };
  // A chain names its jobs: it asks for them, as a person does.
  if (asked || run?.chain !== undefined) {
    return { code, ok: true, text: () => 'The job is disabled, but it was asked for' };
  }
  return { code, ok: false, text: () => 'The job is disabled', verdict: { type: 'skip', outcome: 'skipped', code } };
}

function chain({ run }: DecisionFacts): Finding | undefined {
  const code = 'chain';
  if (run?.chain === undefined) return undefined;
  const { run: id, ended } = run.chain;
  if (!ended) return { code, ok: true, text: () => `The chain run ${id} asked for it` };
  const text = () => `The chain run ${id} has ended without it`;
  return { code, ok: false, text, verdict: { type: 'skip', outcome: 'skipped', code } };
}

function superseded({ run }: DecisionFacts): Finding | undefined {
  const code = 'superseded';
  if (run?.supersededBy === undefined) return undefined;
  const text = () => `Run ${run.supersededBy} of a newer slot takes its place`;
  return { code, ok: false, text, verdict: { type: 'skip', outcome: 'skipped', code } };
}

function madeUp({ run }: DecisionFacts): Finding | undefined {
  const code = 'due';
  if (run?.madeUpBy === undefined) return undefined;
  const text = () => `Run ${run.madeUpBy} has done since what was due at ${instantText(run.slotAt)}`;
  return { code, ok: false, text, verdict: { type: 'skip', outcome: 'skipped', code } };
}

function lapsed({ run }: DecisionFacts, now: Instant): Finding | undefined {
  if (run?.lapses === undefined) return undefined;
  const { at, code } = run.lapses;
  if (now <= at) return { code, ok: true, text: () => `It may start until ${instantText(at)}` };
  const text = () => `It was to start by ${instantText(at)}`;
  return { code, ok: false, text, verdict: { type: 'skip', outcome: 'missed', code } };
}

function overlap(job: JobDefinition, { open, repository, asked }: DecisionFacts): Finding {
  const code = 'overlap';
  const by = open.find((run) => run.repository === repository && run.pid !== undefined);
  if (by === undefined) return { code, ok: true, text: () => 'No other run of the job is under way' };
  const unseen = by.isUnseen === true ? ', which cannot be seen from here' : '';
  const text = () => `Run ${by.id} is under way since ${instantText(by.since)} in process ${by.pid}${unseen}`;
  const rule = asked ? 'queue' : (job.overlap ?? 'queue');
  switch (rule) {
    case 'queue':
      return { code, ok: false, text, verdict: { type: 'blocked', by } };
    case 'skip':
      return { code, ok: false, text, verdict: { type: 'skip', outcome: 'skipped', code } };
    case 'cancel':
      return { code, ok: false, text, verdict: { type: 'cancel-other', other: by } };
  }
}

function retry({ open, repository, asked, run }: DecisionFacts, now: Instant): Finding {
  const code = 'retry';
  const waiting = open.find((other) => other.repository === repository && other.retryAt !== undefined);
  const until = waiting?.retryAt;
  if (waiting === undefined || until === undefined) return { code, ok: true, text: () => 'No retry is pending' };
  const text = () => `Run ${waiting.id} tries again at ${instantText(until)}`;
  if (asked) return { code, ok: true, text };
  if (until > now) return { code, ok: false, text, verdict: { type: 'wait', until, code } };
  // Only one run of a job is carried on at a time, and the one that began goes first.
  if (run === undefined || run.id === waiting.id) return { code, ok: true, text };
  return { code, ok: false, text, verdict: { type: 'blocked', by: waiting } };
}

function due(job: JobDefinition, facts: DecisionFacts, now: Instant): Finding | undefined {
  const code = 'due';
  const { asked, due, dueDone, dueStart, next, nextStart, atLeastDue, followedAt, run } = facts;
  if (asked) return { code, ok: true, text: () => 'A run was asked for' };
  if (run !== undefined) return dueRun(run, now);
  if (due !== undefined && due.at <= now && !dueDone) {
    // Of a window that is closed its own finding says more.
    const startAt = isClosed(facts, now) ? due.at : (dueStart ?? due.at);
    return dueRun({ slotAt: due.at, startAt }, now);
  }
  if (atLeastDue !== undefined && atLeastDue <= now) return { code, ok: true, text: () => tooLongAgo };
  // What has ended says more.
  if (followedAt !== undefined) return undefined;
  const start = nextStart === null ? undefined : next && (nextStart ?? next.at);
  const wait = { type: 'wait', code } as const;
  if (atLeastDue !== undefined && atLeastDue < (start ?? Infinity)) {
    const text = () => `Another good run is due at ${instantText(atLeastDue)}`;
    return { code, ok: false, text, verdict: { ...wait, until: atLeastDue } };
  }
  if (next !== undefined && start !== undefined) {
    const text = () =>
      isSameMinute(start, next.at) ? `The next run is due at ${instantText(next.at)}` : runStarts(next.at, start);
    return { code, ok: false, text, verdict: { ...wait, until: start } };
  }
  if (nextStart === null) {
    return { code: 'window', ok: false, text: () => noOpening, verdict: { ...wait, code: 'window', until: undefined } };
  }
  // What it waits for instead says more.
  if ((job.after ?? []).length > 0) return undefined;
  return { code, ok: false, text: () => 'The job has no schedule', verdict: { ...wait, until: undefined } };
}

const tooLongAgo = 'The last good run is longer ago than the job wants, or there was none';

/** Nobody is shown seconds. */
const isSameMinute = (one: Instant, other: Instant): boolean => Math.floor(one / 60_000) === Math.floor(other / 60_000);

const runStarts = (slot: Instant, at: Instant): string =>
  `The run of ${instantText(slot)} starts at ${instantText(at)}`;

function dueRun(
  { slotAt, startAt }: Pick<NonNullable<DecisionFacts['run']>, 'slotAt' | 'startAt'>,
  now: Instant,
): Finding {
  const code = 'due';
  const slot = () => instantText(slotAt);
  if (startAt <= now) return { code, ok: true, text: () => `The run of ${slot()} is due` };
  return {
    code,
    ok: false,
    text: () => runStarts(slotAt, startAt),
    verdict: { type: 'wait', until: startAt, code },
  };
}

/** Only when nothing else is due: whose end it waits for, or that it came. */
function after(job: JobDefinition, { asked, run, due, dueDone, followedAt }: DecisionFacts): Finding | undefined {
  const code = 'after';
  const edges = job.after ?? [];
  if (edges.length === 0 || asked || run !== undefined || (due !== undefined && !dueDone)) return undefined;
  if (followedAt !== undefined) {
    return { code, ok: true, text: () => `${afterText(edges)}, which ended at ${instantText(followedAt)}` };
  }
  return { code, ok: false, text: () => afterText(edges), verdict: { type: 'wait', until: undefined, code } };
}

/** `It is due after "dump" (success or warning) and after "documents" (changed)` */
function afterText(edges: readonly AfterEdge[]): string {
  const jobs = [...new Set(edges.map(({ job }) => job))];
  const ends = jobs.map((job) => {
    const wanted = edges.filter((edge) => edge.job === job).map(({ on }) => on);
    return `after "${job}" (${listText(wanted)})`;
  });
  return `It is due ${listText(ends)}`;
}

const listText = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** Never keeps a run from starting: one that fails at once, and says so, is better than one that never was. */
function sources(job: JobDefinition, facts: DecisionFacts): Finding | undefined {
  const code = 'sources';
  if (job.kind !== 'backup') return undefined;
  if (facts.sources === undefined)
    return { code, ok: true, text: () => 'The sources are looked at when the run starts' };
  const nothing = nothingToSave(job.sources, facts.sources);
  if (nothing !== undefined) return { code, ok: false, text: () => `${nothing}: the run will fail` };
  const missing = facts.sources.filter(({ present }) => !present).map(({ path }) => path);
  if (missing.length > 0) return { code, ok: false, text: () => `Missing: ${missing.join(', ')}` };
  return { code, ok: true, text: () => 'All sources are there' };
}
