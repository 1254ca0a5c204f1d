import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStateStore } from '@umbracore/state-store';
import { systemClock } from '../../packages/state-store/test/system-clock.ts';
import { ending, newRun } from './run-rows.mjs';
import { comparison, takeTurns, timed } from './rounds.mjs';

const runsPerRound = 200;
/** Asked for and claimed, begun, the intent to back up, settled. */
const commits = 4;
const owner = { pid: 1, startTime: '1', bootId: 'bench', host: 'bench' };

/** Takes one run from its request to its sealed record, as the coordinator does when nothing goes wrong. */
async function record(store, n) {
  const wanted = newRun(n, 10);
  const at = wanted.queuedAt;
  const { run, claim } = await store.begin(wanted, { owner, now: at, ttlMs: 60_000 });
  const begun = await store.update(claim.lease, run.revision, { state: 'running', startedAt: at });
  const step = { attempt: 1, kind: 'backup', at, detail: { spool: `/var/lib/umbra/spool/${run.id}` } };
  await store.recordStep(claim.lease, { ...step, stage: 'intent' });
  await store.update(claim.lease, begun.revision, ending(n, at), [{ ...step, stage: 'done' }]);
}

/** As many durable commits of as many bytes, with nothing around them. */
function floor(file) {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = wal; pragma synchronous = full;
    create table runs (id text primary key, record text not null)`);
  const write = database.prepare('insert or replace into runs values (?, ?)');
  const text = JSON.stringify({ ...newRun(0, 10), ...ending(0, 0) });
  return (n) => {
    for (let commit = 0; commit < commits; commit += 1) write.run(`r-${n}`, text);
  };
}

export const bench = {
  title: 'Recording a run, durable on disk',
  ours: 'state-store',
  yardstick: 'node:sqlite',
  rounds: 9,
  async run({ folder, rounds }) {
    mkdirSync(join(folder, 'store'), { mode: 0o700 });
    const store = await openStateStore({ dir: join(folder, 'store'), clock: systemClock });
    if (store.health.mode !== 'durable') throw new Error('the store is not durable');
    const write = floor(join(folder, 'floor.db'));
    const next = { store: 0, floor: 0 };
    const batch = (name, one) => ({
      work: () =>
        timed(
          async () => {
            for (let i = 0; i < runsPerRound; i += 1) await one((next[name] += 1));
          },
          { times: runsPerRound },
        ),
    });
    const costs = await takeTurns([batch('store', (n) => record(store, n)), batch('floor', write)], { rounds });
    await store[Symbol.asyncDispose]();
    return [comparison(`a run, ${commits} commits`, costs, { goal: { value: 2 } })];
  },
};
