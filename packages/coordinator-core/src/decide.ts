import type { JobDefinition, Instant, RepositoryName, ReasonCode, RunId, Slot, SourceFact } from '@umbracore/contracts';
import { nothingToSave } from './source-guard.ts';

/** A run of the job that has not ended. */
export interface OpenRun {
  readonly id: RunId;
  readonly repository: RepositoryName;
  /** Process that works on it; undefined if nobody does. */
  readonly pid: number | undefined;
  readonly since: Instant;
  /** When its next attempt is due, if it waits for one. */
  readonly retryAt: Instant | undefined;
}

export interface DecisionFacts {
  /** True if somebody asks for a run now, whatever the schedule says. */
  readonly asked: boolean;
  /** The repository that a run is wanted for. */
  readonly repository: RepositoryName;
  readonly open: readonly OpenRun[];
  /** Undefined if nobody looked. */
  readonly sources: readonly SourceFact[] | undefined;
  /** The last slot that is due; undefined if there is none. */
  readonly due: Slot | undefined;
  /** Whether that slot has its run already, or needs none any more. */
  readonly dueDone: boolean;
  /** The next slot; undefined if the job has no schedule. */
  readonly next: Slot | undefined;
}

export interface Reason {
  readonly code: ReasonCode;
  /** False if this is in the way, or will make the run fail. */
  readonly ok: boolean;
  readonly text: string;
}

export type Verdict =
  | { readonly type: 'start' }
  | { readonly type: 'wait'; readonly until: Instant | undefined }
  | { readonly type: 'skip'; readonly code: ReasonCode }
  /** Another run has to end first. */
  | { readonly type: 'blocked'; readonly by: OpenRun };

export interface Decision {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/** Whether a run of the job starts now, and everything that speaks for and against it. */
export function decide(job: JobDefinition, facts: DecisionFacts, now: Instant): Decision {
  const findings = [enabled(job, facts), overlap(facts), retry(facts, now), due(facts, now), sources(job, facts)];
  const verdict = findings.find((finding) => finding.verdict !== undefined)?.verdict ?? { type: 'start' };
  return { verdict, reasons: findings.map(({ code, ok, text }) => ({ code, ok, text })) };
}

type Finding = Reason & { readonly verdict?: Verdict };

function enabled(job: JobDefinition, { asked }: DecisionFacts): Finding {
  const code = 'enabled';
  if (job.enabled) return { code, ok: true, text: 'The job is enabled' };
  if (asked) return { code, ok: true, text: 'The job is disabled, but it was asked for' };
  return { code, ok: false, text: 'The job is disabled', verdict: { type: 'skip', code } };
}

function overlap({ open, repository }: DecisionFacts): Finding {
  const code = 'overlap';
  const by = open.find((run) => run.repository === repository && run.pid !== undefined);
  if (by === undefined) return { code, ok: true, text: 'No other run of the job is under way' };
  const text = `Run ${by.id} is under way in process ${by.pid} since ${iso(by.since)}`;
  return { code, ok: false, text, verdict: { type: 'blocked', by } };
}

function retry({ open, repository, asked }: DecisionFacts, now: Instant): Finding {
  const code = 'retry';
  const waiting = open.find((run) => run.repository === repository && run.retryAt !== undefined);
  const until = waiting?.retryAt;
  if (waiting === undefined || until === undefined) return { code, ok: true, text: 'No retry is pending' };
  const text = `Run ${waiting.id} tries again at ${iso(until)}`;
  if (asked || until <= now) return { code, ok: true, text };
  return { code, ok: false, text, verdict: { type: 'wait', until } };
}

function due({ asked, due, dueDone, next }: DecisionFacts, now: Instant): Finding {
  const code = 'due';
  if (asked) return { code, ok: true, text: 'A run was asked for' };
  if (due !== undefined && due.at <= now && !dueDone) {
    return { code, ok: true, text: `The run of ${iso(due.at)} is due` };
  }
  if (next !== undefined) {
    return {
      code,
      ok: false,
      text: `The next run is due at ${iso(next.at)}`,
      verdict: { type: 'wait', until: next.at },
    };
  }
  return { code, ok: false, text: 'The job has no schedule', verdict: { type: 'wait', until: undefined } };
}

/** Never keeps a run from starting: one that fails at once, and says so, is better than one that never was. */
function sources(job: JobDefinition, facts: DecisionFacts): Finding {
  const code = 'sources';
  if (job.kind !== 'backup' || facts.sources === undefined)
    return { code, ok: true, text: 'The sources are looked at when the run starts' };
  const nothing = nothingToSave(job.sources, facts.sources);
  if (nothing !== undefined) return { code, ok: false, text: `${nothing}: the run will fail` };
  const missing = facts.sources.filter(({ present }) => !present).map(({ path }) => path);
  if (missing.length > 0) return { code, ok: false, text: `Missing: ${missing.join(', ')}` };
  return { code, ok: true, text: 'All sources are there' };
}

const iso = (instant: Instant): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
