import { isTerminal } from '@umbracore/contracts';
import type { RunRecord } from '@umbracore/contracts';
import type { ActiveRuns } from '../active-runs.ts';
import { recoverOne } from '../recovery.ts';
import type { Recoverer } from '../recovery.ts';
import type { OpenEntry } from './open-runs.ts';
import type { RunCarrier } from './run-queue.ts';

/** Carries runs out by the coordinator's own means, the same as those that recovery has. */
export const carrierOf = (
  active: ActiveRuns,
  recoverer: Recoverer,
  track: (work: Promise<RunRecord>) => Promise<RunRecord>,
): RunCarrier => ({
  carryOn: (entry) => track(entry.run.state === 'running' ? adopt(recoverer, entry) : takeOver(recoverer, entry)),
  active: () => active.records(),
  cancel: (run, reason) => recoverer.cancel(run, reason),
});

const takeOver = async (recoverer: Recoverer, entry: OpenEntry): Promise<RunRecord> =>
  (await recoverOne(recoverer, entry, true)).record;

/** Whatever can be settled is settled before anybody waits for an engine or tries again. */
async function adopt(recoverer: Recoverer, entry: OpenEntry): Promise<RunRecord> {
  const settled = await recoverOne(recoverer, entry, false);
  if (settled.action !== 'leave' || settled.error !== undefined || isTerminal(settled.record.state)) {
    return settled.record;
  }
  return await takeOver(recoverer, entry);
}
