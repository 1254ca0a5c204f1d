import { isTerminal, type Calendar, type Instant, type JobDefinition, type RunRecord } from '@umbracore/contracts';
import type { DrillStanding } from './drill/standing.ts';
import { staleAfter, type Rhythm } from './staleness.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** A due instant that nobody has taken up for so long is late: a timer that calls `umbra run --due` may come once an hour. */
const lateAfterMs = hour;
/** A proof that is older says little about what the repository holds today. */
const proofLastsMs = 30 * day;
/** So long may backups go unproven before that alone puts them at risk. */
const unprovenForMs = 90 * day;

/**
 * The judgement on what a job saves. `protected`: saved lately, and proven; `unproven`: saved lately, but nobody has read it
 * back; `at-risk`: there is a good copy, and something speaks against there being the next one; `unprotected`: there is no
 * good copy, or none that is young enough.
 */
export type Protection = 'protected' | 'unproven' | 'at-risk' | 'unprotected';

/** What a person has to do: nothing; look when there is time; act. */
export type Standing = 'good' | 'attention' | 'bad';

/** What each reason does to the judgement; of two that are as bad, the first one here is told first. */
const weights = {
  failing: { protection: 'at-risk', standing: 'bad' },
  damaged: { protection: 'at-risk', standing: 'bad' },
  'not-restorable': { protection: 'at-risk', standing: 'bad' },
  stale: { protection: 'unprotected', standing: 'bad' },
  interrupted: { protection: 'at-risk', standing: 'attention' },
  retrying: { protection: 'at-risk', standing: 'attention' },
  'first-run': { protection: 'unprotected', standing: 'attention' },
  'never-succeeded': { protection: 'unprotected', standing: 'attention' },
  'never-ran': { protection: 'unprotected', standing: 'attention' },
  warning: { protection: 'at-risk', standing: 'attention' },
  suspicious: { protection: 'at-risk', standing: 'attention' },
  missed: { protection: 'at-risk', standing: 'attention' },
  skipped: { protection: 'at-risk', standing: 'attention' },
  late: { protection: 'at-risk', standing: 'attention' },
  cancelled: { protection: 'at-risk', standing: 'attention' },
  'long-unproven': { protection: 'at-risk', standing: 'attention' },
  'never-verified': { protection: 'unproven', standing: 'attention' },
  'proof-old': { protection: 'unproven', standing: 'attention' },
  /** Nothing to do: somebody wanted it. */
  disabled: { protection: 'unprotected', standing: 'good' },
  /** Of a job that saves nothing: nothing is known yet, neither good nor bad. */
  'no-result': { protection: 'unprotected', standing: 'good' },
} as const satisfies Record<string, { readonly protection: Protection; readonly standing: Standing }>;

export type ProtectionCode = keyof typeof weights;

export interface ProtectionReason {
  readonly code: ProtectionCode;
  /** Part of a sentence. */
  readonly text: string;
  /** The command that helps or explains. */
  readonly remedy: string | undefined;
}

/** What is known of one job and one of its repositories. */
export interface ProtectionFacts {
  readonly job: JobDefinition;
  /** Empty for a kind that works on none. */
  readonly repository: string;
  readonly rhythm: Rhythm;
  /** Newest run that counts as a success. */
  readonly lastSuccess: RunRecord | undefined;
  /** Newest run that was started or waits to be, ended or not; never a dry run, which proves nothing. */
  readonly lastAttempt: RunRecord | undefined;
  /** Newest run that has come to an end, skipped or missed aside; never a dry run. */
  readonly lastEnded: RunRecord | undefined;
  /** Newest run that was skipped or missed, but for those that the configuration passes over. */
  readonly lastPassedOver: RunRecord | undefined;
  /** Of a job that never succeeded: since when it is known to be wanted. */
  readonly wantedSince: Instant | undefined;
  /** True if the newest run has not ended and nobody works on it any more. */
  readonly leftBehind: boolean;
  /** Since when something is due that has not started yet. */
  readonly owedSince: Instant | undefined;
  /** When what it saved was last read back and found sound, by a run of its own, a check of the repository or a drill. */
  readonly provenAt: Instant | undefined;
  /** Since when there are good runs without a proof; undefined if there are none. */
  readonly unprovenSince: Instant | undefined;
  /** The newest check of the repository, if it found damage. */
  readonly damage: RunRecord | undefined;
  /** The command against damage which a check found, whoever asked for it, and no later one found mended. */
  readonly mend: string | undefined;
  /** What drills say of it. */
  readonly drills: DrillStanding;
}

export interface Judgement {
  /** Undefined for a job that saves nothing: forget, prune, check, drill, command, chain. */
  readonly protection: Protection | undefined;
  readonly standing: Standing;
  /** True if there was no success for longer than the job allows. */
  readonly stale: boolean;
  /** The worst one first; empty if all is well. */
  readonly reasons: readonly ProtectionReason[];
}

const protections: readonly Protection[] = ['unprotected', 'at-risk', 'unproven', 'protected'];
const standings: readonly Standing[] = ['bad', 'attention', 'good'];

export const savesData = (job: JobDefinition): boolean => job.kind === 'backup' || job.kind === 'copy';

/**
 * A warning because of some unreadable files is a backup; one that is suspicious may have saved an empty mount point, and a
 * dry run saved nothing.
 */
export const countsAsSuccess = (run: RunRecord): boolean =>
  (run.state === 'succeeded' || run.state === 'warning') &&
  run.suspicions.length === 0 &&
  run.plan.options.dryRun !== true;

/** Success and attempt are judged apart: a job that failed a minute ago is not well because it ran a minute ago. */
export function judge(facts: ProtectionFacts, calendar: Calendar, now: Instant): Judgement {
  const stale = isStale(facts, calendar, now);
  const reasons = [...reasonsOf(facts, stale, now)].sort((one, other) => rank(one) - rank(other));
  const worst = <T>(order: readonly T[], weigh: (code: ProtectionCode) => T, best: T): T =>
    order.find((each) => reasons.some(({ code }) => weigh(code) === each)) ?? best;
  return {
    protection: savesData(facts.job) ? worst(protections, (code) => weights[code].protection, 'protected') : undefined,
    standing: worst(standings, (code) => weights[code].standing, 'good'),
    stale,
    reasons,
  };
}

const codes = Object.keys(weights);
const rank = ({ code }: ProtectionReason): number => codes.indexOf(code);

type Reasons = readonly ProtectionReason[];

function reasonsOf(facts: ProtectionFacts, stale: boolean, now: Instant): Reasons {
  const { job } = facts;
  if (!job.enabled) return because('disabled', 'disabled: it does not run by itself', `umbra job show ${job.id}`);
  return [...ofAttempt(facts), ...ofCourse(facts, stale, now), ...ofFirst(facts, stale), ...ofProof(facts, now)];
}

const because = (code: ProtectionCode, text: string, remedy: string): Reasons => [{ code, text, remedy }];

export const leftBehindText = 'its process died; the next run carries it on';

/** What the newest attempt says; as long as it has not ended, the one before it says more. */
function ofAttempt(facts: ProtectionFacts): Reasons {
  const { job, lastAttempt, lastEnded, leftBehind } = facts;
  if (lastAttempt === undefined || isTerminal(lastAttempt.state)) return lastAttempt ? ofEnd(lastAttempt, job) : [];
  const left = leftBehind ? because('interrupted', leftBehindText, 'umbra run --due') : ofTries(lastAttempt);
  // Cancelled once, begun again: there is nothing to make up for.
  return lastEnded === undefined || lastEnded.state === 'cancelled' ? left : [...left, ...ofEnd(lastEnded, job)];
}

/** A run that has failed before and goes on is no success yet. */
function ofTries({ id, attempts }: RunRecord): Reasons {
  const failed = attempts.findLast(({ error }) => error !== null);
  if (failed === undefined) return [];
  return because('retrying', `attempt ${failed.number} failed: ${failed.error?.message ?? ''}`, `umbra show ${id}`);
}

/** What a run that has ended says. */
function ofEnd(run: RunRecord, job: JobDefinition): Reasons {
  const look = `umbra show ${run.id}`;
  if (run.state === 'failed') return because('failing', run.error?.message ?? 'the last run failed', look);
  if (run.state === 'cancelled') return because('cancelled', 'the last run was cancelled', `umbra run ${job.id}`);
  if (run.state !== 'warning') return [];
  const suspicion = run.suspicions[0];
  const unread = run.unreadableCount;
  return [
    ...(unread === 0 ? [] : because('warning', `${unread} unreadable ${unread === 1 ? 'file' : 'files'}`, look)),
    ...(suspicion === undefined ? [] : because('suspicious', suspicion, look)),
    ...(unread > 0 || suspicion !== undefined
      ? []
      : because('warning', run.error?.message ?? 'the last run ended with a warning', look)),
  ];
}

/** What its course over time says. */
function ofCourse(facts: ProtectionFacts, stale: boolean, now: Instant): Reasons {
  const { job, lastSuccess, lastPassedOver, owedSince } = facts;
  const late = owedSince !== undefined && now - owedSince > lateAfterMs;
  return [
    ...(stale ? because('stale', staleText(lastSuccess), `umbra run ${job.id}`) : []),
    ...(late ? because('late', 'it is due, and has not started', `umbra explain ${job.id}`) : []),
    ...(lastPassedOver !== undefined && isNewest(lastPassedOver, facts) ? passedOver(lastPassedOver) : []),
  ];
}

export const staleText = (lastSuccess: RunRecord | undefined): string =>
  lastSuccess === undefined ? 'never succeeded' : 'no success for longer than its schedule allows';

/** A run that was made up for, or that stands behind one that is under way, needs nobody. */
function isNewest(passed: RunRecord, { lastSuccess, lastAttempt }: ProtectionFacts): boolean {
  const at = passed.slotAt ?? passed.queuedAt;
  const after = (run: RunRecord | undefined): boolean =>
    run !== undefined && (!isTerminal(run.state) || (run.startedAt ?? run.queuedAt) >= at);
  return !after(lastSuccess) && !after(lastAttempt);
}

function passedOver(run: RunRecord): Reasons {
  const code = run.state === 'missed' ? 'missed' : 'skipped';
  const why = run.because === null ? '' : `: ${run.because.text}`;
  return because(code, `the last run was ${code}${why}`, `umbra show ${run.id}`);
}

/** Whether there was ever a good run. */
function ofFirst({ job, lastSuccess, lastAttempt }: ProtectionFacts, stale: boolean): Reasons {
  if (lastSuccess !== undefined) return [];
  if (!savesData(job)) return ofNoResult(lastAttempt, `umbra run ${job.id}`);
  if (lastAttempt === undefined) return because('never-ran', 'never ran', `umbra run ${job.id}`);
  if (isTerminal(lastAttempt.state))
    return stale ? [] : because('never-succeeded', 'never succeeded', `umbra run ${job.id}`);
  return because('first-run', 'its first run is not finished', `umbra show ${lastAttempt.id}`);
}

/** Where nothing is saved, nothing is at risk as long as nothing went wrong; well is only what went well. */
function ofNoResult(lastAttempt: RunRecord | undefined, remedy: string): Reasons {
  if (lastAttempt === undefined) return because('no-result', 'has not run yet', remedy);
  return isTerminal(lastAttempt.state)
    ? []
    : because('no-result', 'its first run is not finished', `umbra show ${lastAttempt.id}`);
}

/**
 * Whether somebody read back what it saved. Copies are compared with their originals each time, but that both sides name the same
 * does not say that the one side can be read: that takes the check behind a copy, one of the repository, or a drill there.
 */
function ofProof(facts: ProtectionFacts, now: Instant): Reasons {
  const { job, repository, lastSuccess, provenAt, unprovenSince, damage, mend, drills } = facts;
  if (!savesData(job)) return [];
  if (damage !== undefined) {
    return because('damaged', 'the last check of the repository found damage', `umbra show ${damage.id}`);
  }
  if (mend !== undefined) return because('damaged', 'a check of the repository found damage', mend);
  if (drills.failed !== undefined)
    return because('not-restorable', lossText(drills.failed), `umbra show ${drills.failed.id}`);
  if (lastSuccess === undefined) return [];
  if (provenAt !== undefined && now - provenAt <= proofLastsMs) return [];
  const remedy = job.kind === 'copy' ? `umbra verify ${repository} --restore-test` : `umbra run ${job.id} --verify`;
  if (unprovenSince !== undefined && now - unprovenSince > unprovenForMs) {
    return because('long-unproven', `not verified for ${Math.floor((now - unprovenSince) / day)} days`, remedy);
  }
  if (provenAt === undefined) return because('never-verified', 'never verified', remedy);
  return because('proof-old', `last verified ${Math.floor((now - provenAt) / day)} days ago`, remedy);
}

function lossText({ report, error }: RunRecord): string {
  if (report?.kind !== 'drill') return `the last drill failed: ${error?.message ?? 'nobody knows why'}`;
  const { failureCount } = report;
  return `${failureCount} ${failureCount === 1 ? 'file' : 'files'} did not come back as saved in the last drill`;
}

export type StaleFacts = Pick<ProtectionFacts, 'job' | 'rhythm' | 'lastSuccess' | 'wantedSince'>;

/** A job that runs by hand, or not at all, is never stale. */
export function isStale(
  { job, rhythm, lastSuccess, wantedSince }: StaleFacts,
  calendar: Calendar,
  now: Instant,
): boolean {
  const since = lastSuccess?.finishedAt ?? wantedSince;
  if (!job.enabled || since === undefined) return false;
  const allowed = staleAfter(job, rhythm, calendar, since);
  return allowed !== undefined && now - since > allowed;
}
