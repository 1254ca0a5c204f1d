import {
  isCallFolder,
  isInSightOf,
  type BackendHost,
  type Clock,
  type ProcessIdentity,
  type ProcessTable,
  type RepositoryDefinition,
  type RunRecord,
  type StateStore,
  type StepRecord,
} from '@umbracore/contracts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface OthersPorts {
  readonly store: Pick<StateStore, 'open' | 'steps'>;
  readonly host: { readonly processes: Pick<BackendHost['processes'], 'find'>; readonly scratchDir: string };
  readonly processes: Pick<ProcessTable, 'self'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Whether somebody in another container of this host works on a repository: whoever carries out a run, an engine of such a run, also
 * when nobody or this process carries that out by now, or an engine without a run, of which it is not known what it works on. In
 * doubt one does.
 */
export async function areOthersAtWork(ports: OthersPorts, { location }: RepositoryDefinition): Promise<boolean> {
  try {
    const open = await ports.store.open();
    const runs = open.filter(({ run: { plan } }) =>
      [plan.repository, plan.from].some((one) => one?.location === location),
    );
    if (
      runs.some(({ lease }) => lease !== undefined && lease.until > ports.clock.now() && isUnseen(ports, lease.owner))
    )
      return true;
    const spools = await Promise.all(runs.map(async ({ run }) => spoolsOf(run, await ports.store.steps(run.id))));
    const atWork = [...spools.flat(), ...(await spoolsOfCalls(ports))].map((spool) => isUnseenAtWork(ports, spool));
    return (await Promise.all(atWork)).includes(true);
  } catch {
    return true;
  }
}

const isUnseen = ({ processes }: OthersPorts, one: ProcessIdentity): boolean =>
  one.host === processes.self().host && !isInSightOf(processes.self(), one);

/** Of the engines of the last attempt. */
const spoolsOf = ({ attempts }: RunRecord, steps: readonly StepRecord[]): readonly string[] =>
  steps
    .filter(({ attempt, stage }) => attempt === attempts.length && stage === 'intent')
    .map(({ detail }) => detail['spool'])
    .filter((spool) => typeof spool === 'string');

/** Of calls of backends without a run, such as a repair: see `scratchDir` of `BackendHost`. */
async function spoolsOfCalls({ host: { scratchDir } }: OthersPorts): Promise<readonly string[]> {
  const names = await readdir(scratchDir).catch(() => []);
  return names.filter(isCallFolder).map((name) => join(scratchDir, name, 'spool'));
}

async function isUnseenAtWork(ports: OthersPorts, spool: string): Promise<boolean> {
  // Whoever can be asked about one that was started with more rights is in this container, and so is what was started.
  const engine = await ports.host.processes.find(spool).catch(() => undefined);
  const identity = engine?.identity();
  return engine?.isAtWork() === true && (identity === undefined || isUnseen(ports, identity));
}
