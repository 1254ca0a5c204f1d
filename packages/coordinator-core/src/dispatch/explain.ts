import { isTerminal } from '@umbracore/contracts';
import type {
  BackupJobDefinition,
  DurationMs,
  Instant,
  JobDefinition,
  RepositoryName,
  RunRecord,
  SourceFact,
} from '@umbracore/contracts';
import { decide } from '../decide.ts';
import type { Decision, DecisionFacts } from '../decide.ts';
import { noSlots, openRun } from '../gather-facts.ts';
import { seeSources } from '../see-sources.ts';
import type { CoordinatorPorts } from '../ports.ts';
import { admit } from './admit.ts';
import type { Demand, Shortage } from './admit.ts';
import { atLeastDueAt, runsForAtLeast } from './at-least.ts';
import { FactFinder } from './fact-finder.ts';
import { followedEnd } from './follow-ups.ts';
import { resourcesOf } from './resources.ts';
import { lookEveryMs } from './settings.ts';
import type { Limits } from './settings.ts';
import type { OpenEntry } from './open-runs.ts';
import { slotsAhead } from './slots-ahead.ts';
import { within } from '../within.ts';

/** Whoever asks wants an answer, also while a file server is dead. */
const lookMs: DurationMs = 5000;

export interface ExplainQuestion {
  readonly job: JobDefinition;
  readonly repository: RepositoryName;
  readonly at: Instant;
  readonly limits: Limits;
  readonly settlingUntil: Instant | undefined;
}

/** Why the job runs, or does not run, at a moment: what a dispatcher would decide then. */
export async function explain(ports: CoordinatorPorts, question: ExplainQuestion): Promise<Decision> {
  const { job, at, settlingUntil } = question;
  const open = await ports.store.open();
  const isNow = Math.abs(at - ports.clock.now()) < lookEveryMs;
  const known = await waitingFacts(ports, question, open);
  const found = known ?? (await slotFacts(ports, question, open));
  const conditions = isNow ? await conditionsOf(ports, job) : undefined;
  const sources = job.kind === 'backup' ? await seenOf(ports, job, question.repository) : undefined;
  const facts = { ...found, conditions, sources, settlingUntil: isNow ? settlingUntil : undefined };
  const decision = decide(job, facts, at);
  const shortage = isNow && decision.verdict.type === 'start' ? shortageOf(question, open) : undefined;
  return shortage === undefined ? decision : decide(job, { ...facts, shortage }, at);
}

/** Undefined if the file system does not answer. */
async function seenOf(
  ports: CoordinatorPorts,
  job: BackupJobDefinition,
  repository: RepositoryName | null,
): Promise<readonly SourceFact[] | undefined> {
  try {
    return (await within(ports.clock, lookMs, undefined, (signal) => seeSources(ports, job, repository ?? '', signal)))
      .facts;
  } catch {
    return undefined;
  }
}

/** Of the run that waits to be started; undefined if there is none. */
async function waitingFacts(
  ports: CoordinatorPorts,
  { job, repository }: ExplainQuestion,
  open: readonly OpenEntry[],
): Promise<DecisionFacts | undefined> {
  const ours = open.filter(({ run }) => run.job === job.id && run.repository === repository);
  const waiting = ours.filter(({ run, lease }) => openRun(ports, run, lease).pid === undefined);
  const newest = waiting
    .map(({ run }) => run)
    .filter((run) => run.state === 'queued' && run.slot !== null)
    .toSorted((one, other) => dueAt(other) - dueAt(one))[0];
  if (newest === undefined) return undefined;
  const ids = new Set(open.map(({ run }) => run.id));
  const facts = await new FactFinder(ports).factsOf(newest, job, ids, () => []);
  if (facts === undefined) return undefined;
  const { startAt, lapses, madeUpBy, chain, opening, unmetSince } = facts;
  const { id, trigger } = newest;
  const run = { id, trigger, slotAt: dueAt(newest), startAt, lapses, madeUpBy, chain, supersededBy: undefined };
  return { ...openFacts(ports, repository, ours), opening, unmetSince, run };
}

const dueAt = (run: RunRecord): Instant => run.slotAt ?? run.queuedAt;

/** Of the job, by its schedules. A job that nobody has accounted for yet owes nothing before now. */
async function slotFacts(
  ports: CoordinatorPorts,
  { job, repository, at }: ExplainQuestion,
  open: readonly OpenEntry[],
): Promise<DecisionFacts> {
  const ours = open.filter(({ run }) => run.job === job.id);
  const cursor = (await ports.store.cursors()).get(job.id) ?? ports.clock.now();
  const { calendar, clock, host } = ports;
  const isAhead = at - clock.now() >= lookEveryMs;
  const atLeastDue = await atLeastOf(ports, job, repository, at);
  return {
    ...openFacts(ports, repository, ours),
    ...slotsAhead(job, cursor, { now: at, calendar, host, isAhead }),
    atLeastDue,
    followedAt: await followedEnd(ports.store, job, repository, at),
  };
}

async function atLeastOf(
  { store }: CoordinatorPorts,
  { id, enabled, atLeastEveryMs }: JobDefinition,
  repository: RepositoryName,
  at: Instant,
): Promise<Instant | undefined> {
  if (atLeastEveryMs === undefined || !enabled) return undefined;
  return atLeastDueAt(atLeastEveryMs, await runsForAtLeast(store, id, repository), at);
}

const openFacts = (
  ports: CoordinatorPorts,
  repository: RepositoryName,
  entries: readonly OpenEntry[],
): DecisionFacts => ({
  asked: false,
  repository,
  open: entries.map(({ run, lease }) => openRun(ports, run, lease)),
  ...noSlots,
});

const conditionsOf = async (
  ports: CoordinatorPorts,
  { conditions }: JobDefinition,
): Promise<DecisionFacts['conditions']> =>
  conditions === undefined || conditions.all.length === 0 ? undefined : await ports.conditions.evaluate(conditions.all);

/** What is taken at this moment of what the job needs. */
function shortageOf(
  { job, repository, at, limits }: ExplainQuestion,
  open: readonly OpenEntry[],
): Shortage | undefined {
  const running = open
    .filter(({ run, lease }) => lease !== undefined && !isTerminal(run.state))
    .map(({ run }): Demand => {
      const uses = resourcesOf(run.plan.job, run.repository);
      return { id: run.id, since: run.startedAt ?? run.queuedAt, uses };
    });
  const demand = { id: '', since: at, uses: resourcesOf(job, repository) };
  return admit([demand], running, limits.capacities).held.get('');
}
