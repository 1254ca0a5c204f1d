import { DatabaseSync } from 'node:sqlite';
import { aNewRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { Alarms } from './alarms.ts';
import { numberFrom } from './database.ts';
import { Journal } from './journal.ts';
import { migrate } from './migrations.ts';
import { sqliteLedger } from './sqlite-ledger.ts';

function journalIn(database: DatabaseSync): Journal {
  migrate(database, ':memory:');
  return new Journal({
    ledger: sqliteLedger({ database, suspectFile: undefined }),
    alarms: new Alarms(),
    mode: 'volatile',
  });
}

test('a full disk refuses the change as a whole, and the next one works when there is room again', async () => {
  const database = new DatabaseSync(':memory:');
  await using journal = journalIn(database);
  const full = numberFrom(database, 'pragma page_count') + 1;
  database.exec(`pragma max_page_count = ${full}`);
  const big = aNewRun({ id: 'r-big', slot: 'x'.repeat(100_000) });
  await expect(journal.enqueue(big)).rejects.toMatchObject({ code: 'state.full', retryable: true });
  expect(await journal.runs({})).toEqual([]);
  database.exec('pragma max_page_count = 1000000');
  expect((await journal.enqueue(big)).created).toBe(true);
});

test('a lock that another process keeps is told as busy', async () => {
  const database = new DatabaseSync('file:busy?mode=memory&cache=shared', { timeout: 0 });
  await using journal = journalIn(database);
  const other = new DatabaseSync('file:busy?mode=memory&cache=shared');
  other.exec('begin immediate; update meta set number = 1');
  await expect(journal.enqueue(aNewRun())).rejects.toMatchObject({ code: 'state.busy' });
  other.close();
  expect((await journal.enqueue(aNewRun())).created).toBe(true);
});
