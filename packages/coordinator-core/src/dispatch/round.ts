import type { AccountedEnd, Instant, JobDefinition, RunId, RunRecord } from '@umbracore/contracts';
import { decide } from '../decide.ts';
import type { Decision, DecisionFacts, OpenRun, QueuedRun } from '../decide.ts';
import { admit } from './admit.ts';
import type { Demand, Shortage } from './admit.ts';
import { usesOf } from './resources.ts';
import type { Capacities } from './resources.ts';
import { retryDueAt } from './retry-due.ts';
import { newerRuns, placeOf } from './superseding.ts';

/** A run that has not ended, with what was found out about it. */
export interface RoundEntry {
  readonly run: RunRecord;
  /** The process that works on it; undefined if nobody does. */
  readonly pid: number | undefined;
  /** Undefined while they are being looked up: nothing is done with the run then. */
  readonly facts: RoundFacts | undefined;
}

export type RoundFacts = Pick<DecisionFacts, 'opening' | 'conditions' | 'unmetSince'> &
  Pick<QueuedRun, 'startAt' | 'lapses' | 'madeUpBy' | 'chain'>;

export interface RoundQuestion {
  readonly now: Instant;
  /** All runs of the store that have not ended. */
  readonly entries: readonly RoundEntry[];
  /** The job of a run as it is configured now; disabled if it is gone. */
  readonly jobOf: (run: RunRecord) => JobDefinition;
  readonly capacities: Capacities;
}

/** What is done now. */
export interface Round {
  /** Begun by somebody who died, or to be cancelled. */
  readonly adopt: readonly RunRecord[];
  readonly start: readonly RunRecord[];
  readonly dismiss: readonly { readonly run: RunRecord; readonly end: AccountedEnd }[];
  /** Runs that have to make way for others. */
  readonly cancel: readonly { readonly run: RunId; readonly inFavourOf: RunId }[];
  /** Those that wait, and why. */
  readonly waiting: ReadonlyMap<RunId, Decision>;
  /** When time alone changes something; undefined if it does not. */
  readonly wakeAt: Instant | undefined;
}

/** Goes once through all runs that have not ended, oldest first. Pure: asked again with the same, it answers the same. */
export function playRound(question: RoundQuestion): Round {
  const { entries, capacities } = question;
  const adopt = entries.filter(isAbandoned).map(({ run }) => run);
  const underWay = entries.filter((entry) => entry.pid !== undefined || isAbandoned(entry));
  const { decided, willing } = decideAll(question, underWay);
  const runs = new Map(entries.map(({ run }) => [run.id, run]));
  const demandOf = (run: RunRecord, since: Instant): Demand => ({ id: run.id, since, uses: usesOf(run, runs) });
  const running = underWay.map(({ run }) => demandOf(run, run.startedAt ?? run.queuedAt));
  const { held } = admit(
    willing.map(({ run }) => demandOf(run, dueAt(run))),
    running,
    capacities,
  );
  const all = [...decided, ...willing.map((one) => withShortage(one, held.get(one.run.id), question.now))];
  return { adopt, ...outcomes(all) };
}

/** A run that was asked for is recorded and begun in one step: one that nobody works on was asked for by somebody who died. */
export const isAbandoned = ({ run, pid }: Pick<RoundEntry, 'run' | 'pid'>): boolean =>
  pid === undefined &&
  (run.state === 'running' || run.cancelRequestedAt !== null || (run.state === 'queued' && run.slot === null));

const dueAt = (run: RunRecord): Instant => run.slotAt ?? run.queuedAt;

interface Decided {
  readonly run: RunRecord;
  readonly job: JobDefinition;
  readonly facts: DecisionFacts;
  readonly decision: Decision;
}

/** Each with what speaks against it alone, and those that would start if there is room. */
function decideAll(
  question: RoundQuestion,
  underWay: readonly RoundEntry[],
): { readonly decided: readonly Decided[]; readonly willing: readonly Decided[] } {
  const { now, entries, jobOf } = question;
  const waiting = entries.filter((entry) => entry.pid === undefined && !isAbandoned(entry));
  const newer = newerRuns(waiting, jobOf);
  const open = new Map(waiting.map(({ run }): [string, OpenRun[]] => [placeOf(run), []]));
  const seat = (run: RunRecord, seated: OpenRun): void => void open.get(placeOf(run))?.push(seated);
  for (const { run, pid } of underWay) seat(run, openRun(run, pid ?? 0));
  for (const { run } of waiting) if (run.state === 'retrying') seat(run, openRun(run, undefined, retryDueAt(run, now)));

  const decided: Decided[] = [];
  const willing: Decided[] = [];
  for (const { run, facts: found } of waiting.toSorted((one, other) => dueAt(one.run) - dueAt(other.run))) {
    if (found === undefined) continue;
    // What has begun goes on, whatever became of the job.
    const job = run.state === 'retrying' ? { ...run.plan.job, enabled: true } : jobOf(run);
    const facts = factsOf(run, found, newer.get(run.id), [...(open.get(placeOf(run)) ?? [])]);
    const decision = decide(job, facts, now);
    const one = { run, job, facts, decision };
    if (decision.verdict.type !== 'start') decided.push(one);
    else {
      willing.push(one);
      seat(run, openRun(run, 0));
    }
  }
  return { decided, willing };
}

function factsOf(
  run: RunRecord,
  { startAt, lapses, madeUpBy, chain, ...rest }: RoundFacts,
  supersededBy: RunId | undefined,
  open: readonly OpenRun[],
): DecisionFacts {
  const { id, trigger, repository } = run;
  const queued = { id, trigger, slotAt: dueAt(run), startAt, lapses, supersededBy, madeUpBy, chain };
  const slots = { sources: undefined, due: undefined, dueDone: false, next: undefined };
  return { asked: false, repository, open, ...slots, ...rest, run: queued };
}

const openRun = (run: RunRecord, pid: number | undefined, retryAt?: Instant): OpenRun => ({
  id: run.id,
  repository: run.repository,
  pid,
  since: run.startedAt ?? run.queuedAt,
  retryAt,
});

function withShortage(one: Decided, shortage: Shortage | undefined, now: Instant): Decided {
  if (shortage === undefined) return one;
  const facts = { ...one.facts, shortage };
  return { ...one, facts, decision: decide(one.job, facts, now) };
}

function outcomes(all: readonly Decided[]): Omit<Round, 'adopt'> {
  const start: RunRecord[] = [];
  const dismiss: { run: RunRecord; end: AccountedEnd }[] = [];
  const cancel: { run: RunId; inFavourOf: RunId }[] = [];
  const waiting = new Map<RunId, Decision>();
  let wakeAt = Infinity;
  for (const { run, decision } of all) {
    const { verdict } = decision;
    if (verdict.type === 'start') start.push(run);
    else if (verdict.type === 'skip') {
      const text = decision.reasons.find(({ code, ok }) => code === verdict.code && !ok)?.text ?? '';
      dismiss.push({
        run,
        end: { outcome: verdict.outcome, because: { code: verdict.code, text, alsoStandsFor: null } },
      });
    } else {
      waiting.set(run.id, decision);
      if (verdict.type === 'wait') wakeAt = Math.min(wakeAt, verdict.until ?? Infinity);
      if (verdict.type === 'cancel-other') cancel.push({ run: verdict.other.id, inFavourOf: run.id });
    }
  }
  return { start, dismiss, cancel, waiting, wakeAt: wakeAt === Infinity ? undefined : wakeAt };
}
