import { writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { sql, type CompiledQuery, type Kysely, type SelectQueryBuilder, type Transaction } from 'kysely';
import {
  openStates,
  UmbraError,
  type Accounting,
  type RunQuery,
  type RunState,
  type StepKind,
  type StepRecord,
} from '@umbracore/contracts';
import { canonicalJson } from './canonical-json.ts';
import { kyselyOver, type StepRow, type Tables } from './database.ts';
import { asStateError, faultOf } from './faults.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { countedStates, type RunRow } from './run-row.ts';
import { rowMentions, traceOf } from './run-text.ts';
import { isWhole } from './soundness.ts';
import { sqliteOutboxRows } from './sqlite-outbox.ts';
import { trimmingOf } from './sqlite-trimming.ts';

interface SqliteLedgerOptions {
  readonly database: DatabaseSync;
  /** Written when the file turns out to be damaged, so that the next process that opens it looks closely. */
  readonly suspectFile: string | undefined;
}

/** Rows in a SQLite database whose tables are there. Closing the ledger closes the database. */
export function sqliteLedger({ database, suspectFile }: SqliteLedgerOptions): Ledger {
  const db = kyselyOver(database);
  let isClosed = false;

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw new UmbraError('usage.invalid', 'The store is closed');
    try {
      return await work();
    } catch (thrown) {
      if (suspectFile !== undefined && faultOf(thrown) === 'state.damaged') markSuspect(suspectFile);
      throw asStateError(thrown);
    }
  }

  const outbox = sqliteOutboxRows(db);

  return {
    outbox: {
      place: () => guarded(() => outbox.place()),
      ended: (place, limit) => guarded(() => outbox.ended(place, limit)),
      standing: () => guarded(() => outbox.standing()),
      waiting: () => guarded(() => outbox.waiting()),
      newest: (states, limit) => guarded(() => outbox.newest(states, limit)),
      countFailed: (since) => guarded(() => outbox.countFailed(since)),
    },
    write: (work) => guarded(() => db.transaction().execute((transaction) => work(sqliteEntry(transaction)))),
    run: (id) => guarded(() => db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()),
    runs: (query) => guarded(() => newestRuns(db, query)),
    latest: (states) => guarded(() => latestRuns(db, states)),
    open: () => guarded(() => byAge(db.selectFrom('runs').selectAll().where('seal', 'is', null)).execute()),
    steps: (run) =>
      guarded(async () => {
        const rows = await db.selectFrom('steps').selectAll().where('run', '=', run).orderBy('sequence').execute();
        return rows.map(stepOf);
      }),
    cursors: () =>
      guarded(async () => {
        const rows = await db.selectFrom('cursors').selectAll().execute();
        return new Map(rows.map(({ job, until }) => [job, until]));
      }),
    firstSeen: () =>
      guarded(async () => {
        const rows = await db.selectFrom('cursors').selectAll().execute();
        return new Map(rows.flatMap(({ job, since }) => (since === null ? [] : [[job, since] as const])));
      }),
    count: (query) => guarded(() => countByState(db, query)),
    audit: (check) =>
      guarded(async () => {
        const findings = await withSteadyView(db, async (view) =>
          check(endedRuns(view), await view.selectFrom('gaps').selectAll().execute(), await chainEnd(view)),
        );
        if (findings.length === 0 && !isWhole(database)) throw indexDamage();
        return findings;
      }),
    close: () => {
      isClosed = true;
      return db.destroy();
    },
  };
}

function sqliteEntry(transaction: Transaction<Tables>): LedgerEntry {
  const runs = () => transaction.selectFrom('runs').selectAll();
  return {
    run: (id) => runs().where('id', '=', id).executeTakeFirst(),
    runOfSlot: ({ job, repository, slot }) =>
      runs().where('job', '=', job).where('repository', '=', repository).where('slot', '=', slot).executeTakeFirst(),
    rivals: ({ id, job, repository }) =>
      runs()
        .where('job', '=', job)
        .where('repository', '=', repository)
        .where('seal', 'is', null)
        .where('owner', 'is not', null)
        .where('id', '!=', id)
        .execute(),
    add: insertionOf(transaction),
    change: async (id, columns) =>
      void (await transaction.updateTable('runs').set(columns).where('id', '=', id).execute()),
    nextFence: () => nextFence(transaction),
    chainEnd: () => chainEnd(transaction),
    setChainEnd: async ({ seal, hash }) =>
      void (await transaction
        .updateTable('meta')
        .set({ number: seal, text: hash })
        .where('name', '=', 'chain')
        .execute()),
    moveCursor: (job, from, until) => moveCursor(transaction, job, { from, until }),
    addStep: (step) => addStep(transaction, step),
    ...trimmingOf(transaction),
    outbox: sqliteOutboxRows(transaction),
  };
}

/** Building the text of an insert takes longer than running it, and an accounting may bring thousands of rows. */
function insertionOf(transaction: Transaction<Tables>): LedgerEntry['add'] {
  let built: { readonly query: CompiledQuery; readonly columns: readonly (keyof RunRow)[] } | undefined;
  return async (row) => {
    built ??= {
      query: transaction
        .insertInto('runs')
        .values(row)
        .onConflict((clash) => clash.doNothing())
        .compile(),
      columns: Object.keys(row) as (keyof RunRow)[],
    };
    const parameters = built.columns.map((column) => row[column]);
    return (await transaction.executeQuery({ ...built.query, parameters })).numAffectedRows === 1n;
  };
}

async function nextFence(transaction: Transaction<Tables>): Promise<number> {
  const row = await transaction
    .updateTable('meta')
    .set((column) => ({ number: column('number', '+', 1) }))
    .where('name', '=', 'fence')
    .returning('number')
    .executeTakeFirstOrThrow();
  return row.number;
}

async function moveCursor(
  transaction: Transaction<Tables>,
  job: string,
  { from, until }: Pick<Accounting, 'from' | 'until'>,
): Promise<boolean> {
  if (from === undefined) {
    const insert = transaction.insertInto('cursors').values({ job, until, since: until });
    const { numInsertedOrUpdatedRows } = await insert.onConflict((clash) => clash.doNothing()).executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }
  const update = transaction.updateTable('cursors').set({ until }).where('job', '=', job).where('until', '=', from);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

async function addStep(transaction: Transaction<Tables>, step: Omit<StepRecord, 'sequence'>): Promise<StepRecord> {
  const { last } = await transaction
    .selectFrom('steps')
    .select((all) => all.fn.max('sequence').as('last'))
    .where('run', '=', step.run)
    .executeTakeFirstOrThrow();
  const row: StepRow = { ...step, sequence: (last ?? 0) + 1, detail: canonicalJson(step.detail) };
  await transaction.insertInto('steps').values(row).execute();
  return stepOf(row);
}

const stepOf = (row: StepRow): StepRecord => ({
  ...row,
  kind: row.kind as StepKind,
  stage: row.stage as StepRecord['stage'],
  detail: JSON.parse(row.detail) as StepRecord['detail'],
});

async function chainEnd(db: Kysely<Tables>) {
  const row = await db.selectFrom('meta').selectAll().where('name', '=', 'chain').executeTakeFirst();
  return { seal: row?.number ?? 0, hash: row?.text ?? '' };
}

type RunsSelection<T> = SelectQueryBuilder<Tables, 'runs', T>;

const byAge = <T>(select: RunsSelection<T>): RunsSelection<T> =>
  select.orderBy('queued_at', 'desc').orderBy('id', 'desc');

function matching<T>(select: RunsSelection<T>, query: RunQuery): RunsSelection<T> {
  const { job, repository, parent, states, kinds, since, until, after, text } = query;
  return select
    .$if(job !== undefined, (rest) => rest.where('job', '=', job ?? ''))
    .$if(repository !== undefined, (rest) => rest.where('repository', '=', repository ?? ''))
    .$if(parent !== undefined, (rest) => rest.where('parent', '=', parent ?? ''))
    .$if(states !== undefined, (rest) => rest.where('state', 'in', states ?? []))
    .$if(kinds !== undefined, (rest) => rest.where(kindInRecord, 'in', kinds ?? []))
    .$if(since !== undefined, (rest) => rest.where('queued_at', '>=', since ?? 0))
    .$if(until !== undefined, (rest) => rest.where('queued_at', '<', until ?? 0))
    .$if(after !== undefined, (rest) =>
      rest.where(sql<boolean>`(queued_at, id) < (${after?.queuedAt ?? 0}, ${after?.id ?? ''})`),
    )
    .$if(text !== undefined, (rest) => rest.where(sql<boolean>`instr(lower(record), ${traceOf(text ?? '')}) > 0`));
}

/** Of a record that cannot be read it is not known; in the first version every job was a backup. */
const kindInRecord = sql<string>`iif(json_valid(record), coalesce(json_extract(record, '$.plan.job.kind'), 'backup'), '')`;

function newestRuns(db: Kysely<Tables>, query: RunQuery): Promise<readonly RunRow[]> {
  const { limit, text } = query;
  if (text !== undefined) return mentioning(db, query, text);
  return byAge(matching(db.selectFrom('runs').selectAll(), query))
    .$if(limit !== undefined, (rest) => rest.limit(limit ?? 0))
    .execute();
}

/** The text of a record has more in it than a person reads: what may fit is looked at one by one, until there are enough. */
async function mentioning(db: Kysely<Tables>, query: RunQuery, text: string): Promise<readonly RunRow[]> {
  const { limit = Infinity } = query;
  const found: RunRow[] = [];
  if (limit === 0) return found;
  for await (const row of byAge(matching(db.selectFrom('runs').selectAll(), query)).stream()) {
    if (rowMentions(row, text)) found.push(row);
    if (found.length >= limit) break;
  }
  return found;
}

/** Jumps from job to job in the index: what it costs depends on how many jobs there are, not on how many runs. */
async function latestRuns(db: Kysely<Tables>, states: readonly RunState[]): Promise<readonly RunRow[]> {
  const { rows } = await sql<RunRow>`
    with recursive jobs (job) as (
      select min(job) from runs
      union all
      select (select min(job) from runs where job > jobs.job) from jobs where job is not null
    ),
    pairs (job, repository) as (
      select job, (select min(repository) from runs where job = jobs.job) from jobs where job is not null
      union all
      select job, (select min(repository) from runs where job = pairs.job and repository > pairs.repository)
      from pairs where repository is not null
    )
    select * from runs where id in (
      select (
        select id from runs
        where job = pairs.job and repository = pairs.repository and state in (${sql.join(states)})
        order by queued_at desc, id desc limit 1
      )
      from pairs where repository is not null
    )
    order by queued_at desc, id desc`.execute(db);
  return rows;
}

async function countByState(db: Kysely<Tables>, query: RunQuery): Promise<ReadonlyMap<RunState, number>> {
  if (query.text !== undefined) return countedStates(await mentioning(db, { ...query, limit: undefined }, query.text));
  const rows = await matching(
    db.selectFrom('runs').select((all) => ['state', all.fn.countAll<number>().as('count')]),
    query,
  )
    .groupBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [state, count]));
}

/** The plus keeps SQLite from using an index, which might not show a row that is there. */
function endedRuns(view: Kysely<Tables>): AsyncIterableIterator<RunRow> {
  return view
    .selectFrom('runs')
    .selectAll()
    .where((row) => row.or([row('seal', 'is not', null), row('state', 'not in', openStates)]))
    .orderBy(sql`+seal`)
    .stream();
}

function withSteadyView<T>(db: Kysely<Tables>, read: (view: Kysely<Tables>) => Promise<T>): Promise<T> {
  return db.connection().execute(async (view) => {
    await sql`begin deferred`.execute(view);
    try {
      return await read(view);
    } finally {
      await sql`rollback`.execute(view);
    }
  });
}

function markSuspect(file: string): void {
  try {
    writeFileSync(file, '', { mode: 0o600 });
  } catch {
    // The mark only makes the next start more careful; the damage itself is being reported right now.
  }
}

const indexDamage = (): UmbraError =>
  new UmbraError('state.damaged', 'The state file is damaged outside the records of ended runs.', {
    hint: 'Restart every UmbraCore process: the next one repairs the file or sets it aside.',
  });
