import { isTerminal } from '@umbracore/contracts';
import type { JobDefinition, Instant, Lease, RepositoryName, RunRecord, Slot } from '@umbracore/contracts';
import type { DecisionFacts, OpenRun } from './decide.ts';
import { lookAtSources } from './look-at-sources.ts';
import type { CoordinatorPorts } from './ports.ts';
import { isOwnerAlive } from './owner.ts';

/** So many of the newest runs are looked through for the one of a slot. */
const runsAsked = 100;

/** What `decide` needs to know about a job now. A request does not depend on slots or sources: they are left out. */
export async function factsFor(
  ports: CoordinatorPorts,
  job: JobDefinition,
  repository: RepositoryName,
  now: Instant,
  { asked }: { readonly asked: boolean },
): Promise<DecisionFacts> {
  const open = (await ports.store.open()).filter(({ run }) => run.job === job.id);
  const running = open.map(({ run, lease }) => openRun(ports, run, lease));
  if (asked)
    return { asked, repository, open: running, sources: undefined, due: undefined, dueDone: false, next: undefined };
  const { facts } = job.kind === 'backup' ? await lookAtSources(job.sources) : { facts: undefined };
  const { due, next } = slots(ports, job, now);
  const runs = due && (await ports.store.runs({ job: job.id, repository, limit: runsAsked }));
  const dueDone = due !== undefined && runs !== undefined && runs.some((run) => settles(run, due));
  return { asked, repository, open: running, sources: facts, due, dueDone, next };
}

/** A slot has its run; or somebody has saved everything since it was due, and saving it again would say nothing new. */
export function settles(run: RunRecord, due: Slot): boolean {
  if (run.slot === due.key) return isTerminal(run.state);
  const isGood = run.state === 'succeeded' || run.state === 'warning';
  return isGood && run.plan.options.dryRun !== true && (run.startedAt ?? run.queuedAt) >= due.at;
}

function openRun(ports: CoordinatorPorts, run: RunRecord, lease: Lease | undefined): OpenRun {
  // Whoever holds a lease on another host counts as living until it has run out.
  const alive = lease !== undefined && (isOwnerAlive(ports, lease) ?? lease.until > ports.clock.now());
  return {
    id: run.id,
    repository: run.repository,
    pid: alive ? lease.owner.pid : undefined,
    since: run.startedAt ?? run.queuedAt,
    retryAt: run.retryAt ?? undefined,
  };
}

/** The latest slot that was due and the earliest one that will be, over all schedules of the job. */
function slots({ calendar }: CoordinatorPorts, job: JobDefinition, now: Instant): { due?: Slot; next?: Slot } {
  const byTime = (a: Slot, b: Slot): number => a.at - b.at;
  const due = job.schedules
    .flatMap((schedule) => calendar.previous(schedule, now) ?? [])
    .sort(byTime)
    .at(-1);
  const next = job.schedules.flatMap((schedule) => calendar.next(schedule, now) ?? []).sort(byTime)[0];
  return { ...(due && { due }), ...(next && { next }) };
}
