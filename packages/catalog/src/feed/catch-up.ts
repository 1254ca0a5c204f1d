import { isUmbraError, type Backend, type Clock, type Snapshot, type TreeReader } from '@umbracore/contracts';
import type { CatchUp, CatchUpOptions } from '../catalog.ts';
import { Query, type Connection } from '../store/connection.ts';
import { Budget } from './budget.ts';
import { feedFromList } from './from-list.ts';
import { feedFromTrees } from './from-trees.ts';
import { lineOf } from './line-of.ts';
import { nextState, openLine, removeLine, type Line } from './lines.ts';
import { Pace } from './pace.ts';
import { isKnown, presentIn } from './present-in.ts';
import { StateWriter } from './state-writer.ts';
import { sweep } from './sweep.ts';

interface Feed {
  readonly connection: Connection;
  readonly backend: Backend;
  readonly options: CatchUpOptions;
  readonly pace: Pace;
  readonly budget: Budget;
  readonly trees: TreeReader | undefined;
}

/** Brings the catalog to what the repository has now. */
export async function catchUp(
  connection: Connection,
  clock: Clock,
  backend: Backend,
  options: CatchUpOptions,
): Promise<CatchUp> {
  const { signal, report, budgetBytes, restMs = 0 } = options;
  const at = clock.now();
  const present = await presentIn(connection, backend, signal);
  const pace = new Pace(clock, restMs, signal);
  const budget = new Budget(connection, budgetBytes);
  const missing = present.unknown.filter((snapshot) => budget.takes(snapshot));
  await using trees =
    missing.length > 0 && backend.supports.has('trees') ? await backend.openTrees({ signal }) : undefined;
  const feed: Feed = { connection, backend, options, pace, budget, trees };
  let [done, added] = [0, 0];
  const takeAll = async (snapshots: readonly Snapshot[]): Promise<void> => {
    for (const snapshot of snapshots) {
      report?.({ done, total: missing.length });
      done += 1;
      if (await takeInIfRoom(feed, snapshot)) added += 1;
      await budget.keep((gone) => forget(connection, gone, pace));
    }
  };
  // A snapshot that was pinned is a new one with the content of one that is gone: it takes that over.
  const [again, fresh] = [true, false].map((wanted) =>
    missing.filter(({ tree }) => isKnownContent(connection, tree) === wanted),
  );
  await takeAll(again ?? []);
  const dropped = await forgetAllBut(connection, present.ids, pace);
  await takeAll(fresh ?? []);
  report?.({ done, total: missing.length });
  connection.run("insert or replace into facts values ('asOf', ?)", at);
  // The log beside the file would else keep the size of the largest transaction there ever was.
  connection.exec('pragma wal_checkpoint(truncate)');
  return { added, dropped, leftOut: [...present.ids].filter((id) => !isKnown(connection, id)).length };
}

const isKnownContent = (connection: Connection, tree: string | undefined): boolean =>
  tree !== undefined && connection.has('select 1 from states where tree = ?', tree);

/** All or nothing. Only one process at a time writes; the others have to come again. */
async function alone<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  connection.exec('pragma busy_timeout = 0; begin immediate');
  try {
    const result = await work();
    connection.exec('commit');
    return result;
  } finally {
    if (connection.isTransaction) connection.exec('rollback');
  }
}

async function forgetAllBut(connection: Connection, ids: ReadonlySet<string>, pace: Pace): Promise<number> {
  const known = connection.all(new Query<{ readonly id: string }>('select id from snapshots')).map(({ id }) => id);
  const gone = known.filter((id) => !ids.has(id));
  if (gone.length > 0) await forget(connection, gone, pace);
  return gone.length;
}

function forget(connection: Connection, gone: readonly string[], pace: Pace): Promise<void> {
  return alone(connection, async () => {
    for (const id of gone) connection.run('delete from snapshots where id = ?', id);
    connection.run('delete from states where id not in (select state from snapshots)');
    const empty = 'select id, root, newest from lines where id not in (select line from states)';
    for (const line of connection.all(new Query<Line>(empty))) removeLine(connection, line);
    await sweep(connection, pace);
  });
}

/** One that is far too large is left out, now and later. */
async function takeInIfRoom(feed: Feed, snapshot: Snapshot): Promise<boolean> {
  try {
    await takeIn(feed, snapshot);
    return true;
  } catch (thrown) {
    if (!isUmbraError(thrown) || thrown.code !== 'state.full') throw thrown;
    feed.budget.leaveOut(snapshot.time);
    return false;
  }
}

function takeIn(feed: Feed, snapshot: Snapshot): Promise<void> {
  const { connection } = feed;
  return alone(connection, async () => {
    // Another process may have been here between two of our turns.
    if (isKnown(connection, snapshot.id)) return;
    const state = await stateOf(feed, snapshot);
    const { id, time } = snapshot;
    connection.run('insert into snapshots values (?, ?, ?, ?)', id, state, time, JSON.stringify(snapshot));
  });
}

/** A tree that is known, such as that of a snapshot before it was pinned, is a state that is there already. */
async function stateOf(feed: Feed, snapshot: Snapshot): Promise<number> {
  const { connection, trees, options } = feed;
  const line = openLine(connection, lineOf(snapshot));
  const tree = (await trees?.root(snapshot.id, options.signal)) ?? snapshot.tree ?? null;
  const same = 'select id from states where line = ? and tree = ?';
  const known = tree === null ? undefined : connection.first(new Query<{ readonly id: number }>(same), line.id, tree);
  if (known !== undefined) return known.id;
  const state = nextState(line);
  connection.run('insert into states values (?, ?, ?)', state, line.id, tree);
  await takeInState(feed, { snapshot, line, state, tree });
  connection.run('update lines set newest = ? where id = ?', state, line.id);
  return state;
}

async function takeInState(
  { connection, backend, trees, pace, budget, options: { signal } }: Feed,
  { snapshot, line, state, tree }: { snapshot: Snapshot; line: Line; state: number; tree: string | null },
): Promise<void> {
  const writer = new StateWriter(connection, state, line.newest);
  pace.onRest = () => budget.throwIfFarBeyond();
  if (trees !== undefined && tree !== null) {
    const isSame = connection.has('select 1 from trees where path = ? and id = ?', line.root, tree);
    if (!isSame) await feedFromTrees({ trees, writer, pace, signal }, line.root, tree);
  } else await feedFromList({ connection, writer, pace }, line.root, backend.list(snapshot.id, undefined, { signal }));
}
