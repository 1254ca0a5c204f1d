import type { Accounting, Instant, JobId, RunRecord, StateStore } from '@umbracore/contracts';
import { aJob, aNewRun, aPlan } from '@umbracore/testkit';

const job = 'documents';
const plan = aPlan({ job: aJob({ id: job }) });

/** The next slot of the job: a run to be started, and one for a slot before it that nobody starts. */
export function nextAccounting(cursors: ReadonlyMap<JobId, Instant>, by: string): Accounting {
  const from = cursors.get(job);
  const until = (from ?? 0) + 1;
  const run = (kind: string) =>
    aNewRun({ id: `r-${until}-${kind}-${by}`, slot: `${until}-${kind}`, slotAt: until, queuedAt: until, plan });
  const because = { code: 'catch-up', text: 'the machine was off', alsoStandsFor: null } as const;
  return { job, from, until, runs: [{ ...run('missed'), end: { outcome: 'missed', because } }, run('due')] };
}

/** Up to which slot the job is accounted for, and the slots that have a run. */
export async function accountedIn(store: StateStore): Promise<{ readonly cursor: number; readonly slots: unknown }> {
  const runs = await store.runs({ job });
  return { cursor: (await store.cursors()).get(job) ?? 0, slots: runs.map(slotOf).toSorted() };
}

const slotOf = ({ slot, state }: RunRecord): string => `${slot} ${state}`;

/** What `accountedIn` has to tell when exactly so many slots were accounted for. */
export function exactly(count: number): Awaited<ReturnType<typeof accountedIn>> {
  const slots = Array.from({ length: count }, (_, n) => [`${n + 1}-missed missed`, `${n + 1}-due queued`]);
  return { cursor: count, slots: slots.flat().toSorted() };
}
