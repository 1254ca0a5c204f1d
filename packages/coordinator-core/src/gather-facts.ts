import type { JobDefinition, Lease, RepositoryName, RunOptions, RunRecord } from '@umbracore/contracts';
import type { DecisionFacts, OpenRun } from './decide.ts';
import { retryDueAt } from './dispatch/retry-due.ts';
import { isInHands, isUnseen } from './owner.ts';
import type { CoordinatorPorts } from './ports.ts';

/** What `decide` needs to know when somebody asks for a run. It does not depend on slots. */
export async function factsOfRequest(
  ports: CoordinatorPorts,
  job: JobDefinition,
  repository: RepositoryName,
  { ignoreConditions }: RunOptions,
): Promise<DecisionFacts> {
  const open = (await ports.store.open()).filter(({ run }) => run.job === job.id);
  const rules = ignoreConditions === true ? [] : (job.conditions?.all ?? []);
  return {
    asked: true,
    repository,
    open: open.map(({ run, lease }) => openRun(ports, run, lease)),
    conditions: rules.length === 0 ? undefined : await ports.conditions.evaluate(rules),
    ...noSlots,
  };
}

export const noSlots = { sources: undefined, due: undefined, dueDone: false, next: undefined } as const;

export function openRun(ports: CoordinatorPorts, run: RunRecord, lease: Lease | undefined): OpenRun {
  const now = ports.clock.now();
  const alive = lease !== undefined && isInHands(ports, lease);
  return {
    id: run.id,
    repository: run.repository,
    pid: alive ? lease.owner.pid : undefined,
    isUnseen: alive && isUnseen(ports, lease),
    since: run.startedAt ?? run.queuedAt,
    retryAt: run.retryAt === null ? undefined : retryDueAt(run, now),
  };
}
