import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runOutcomes } from '@umbracore/contracts';
import { openStateStore } from '@umbracore/state-store';
import { systemClock } from '../../packages/state-store/test/system-clock.ts';
import { endedRows } from './run-rows.mjs';
import { comparison, takeTurns, timed } from './rounds.mjs';

const runs = 100_000;
const jobs = 100;

/** Through the store it would take minutes: every run has commits of its own there. */
function fill(file) {
  const database = new DatabaseSync(file);
  database.exec('begin');
  let insert;
  let last;
  for (const row of endedRows(runs, jobs)) {
    insert ??= database.prepare(
      `insert into runs (${Object.keys(row).join(', ')}) values (${Object.keys(row).fill('?').join(', ')})`,
    );
    insert.run(...Object.values(row));
    last = row;
  }
  database.prepare("update meta set number = ?, text = ? where name = 'chain'").run(last.seal, last.hash);
  database.exec('commit; pragma wal_checkpoint(truncate)');
  database.close();
}

/** Jumps from job to job in the index: what it costs depends on the jobs, not on their runs. */
const latestQuery = `
  with recursive names (job) as (
    select min(job) from runs
    union all
    select (select min(job) from runs where job > names.job) from names where job is not null
  ),
  pairs (job, repository) as (
    select job, (select min(repository) from runs where job = names.job) from names where job is not null
    union all
    select job, (select min(repository) from runs where job = pairs.job and repository > pairs.repository)
    from pairs where repository is not null
  )
  select (
    select record from runs
    where job = pairs.job and repository = pairs.repository and state in (${runOutcomes.map(() => '?').join(', ')})
    order by queued_at desc, id desc limit 1
  ) as record
  from pairs where repository is not null`;

/** The same answers by hand-written SQL, parsed but not checked against their hashes. */
function bareQueries(file) {
  const database = new DatabaseSync(file, { readOnly: true });
  const newest = database.prepare('select record from runs order by queued_at desc, id desc limit ?');
  const all = database.prepare('select record from runs order by queued_at desc, id desc');
  const latest = database.prepare(latestQuery);
  const records = (rows) => rows.map(({ record }) => JSON.parse(record));
  return {
    newest: () => records(newest.all(50)),
    latest: () => records(latest.all(...runOutcomes)),
    all() {
      let count = 0;
      for (const { record } of all.iterate()) count += JSON.parse(record) === null ? 0 : 1;
      return { length: count };
    },
  };
}

/** Every run, in pages as a program would ask for them. */
async function readAll(store) {
  let count = 0;
  let until;
  for (;;) {
    const page = await store.runs({ until, limit: 1000 });
    if (page.length === 0) return { length: count };
    count += page.length;
    until = page.at(-1).queuedAt;
  }
}

const asked = (ask, wanted, times = 1) => ({
  work: () =>
    timed(
      async () => {
        for (let i = 0; i < times; i += 1) {
          const { length } = await ask();
          if (length !== wanted) throw new Error(`${length} runs instead of ${wanted}`);
        }
      },
      { times },
    ),
});

export const bench = {
  title: 'Listing 100,000 runs of 100 jobs',
  ours: 'state-store',
  yardstick: 'bare SQL',
  rounds: 7,
  async run({ folder, rounds, note }) {
    const dir = join(folder, 'store');
    mkdirSync(dir, { mode: 0o700 });
    const options = { dir, clock: systemClock };
    await (await openStateStore(options))[Symbol.asyncDispose]();
    fill(join(dir, 'state.db'));
    const store = await openStateStore(options);
    if (store.health.alarms.length > 0) note(store.health.alarms[0].message);
    const bare = bareQueries(join(dir, 'state.db'));
    const costs = await takeTurns(
      [
        asked(() => store.runs({ limit: 50 }), 50, 20),
        asked(() => bare.newest(), 50, 20),
        asked(() => store.latest(runOutcomes), jobs),
        asked(() => bare.latest(), jobs),
        asked(() => readAll(store), runs),
        asked(() => bare.all(), runs),
      ],
      { rounds, warmUps: 2 },
    );
    await store[Symbol.asyncDispose]();
    return [
      comparison('the newest 50', costs.slice(0, 2), { goal: { value: 2 } }),
      comparison('the latest of each job', costs.slice(2, 4), { goal: { value: 5 } }),
      comparison('all of them, page by page', costs.slice(4, 6)),
    ];
  },
};
