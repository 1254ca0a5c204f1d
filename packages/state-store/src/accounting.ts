import { isTerminal, type AccountedRun, type Accounting } from '@umbracore/contracts';
import { existing, type LedgerEntry } from './ledger.ts';
import { newRow, type RunRow } from './run-row.ts';
import { sealBehind } from './seal.ts';

/** An accounting with the rows of its runs, which are made before the lock is taken. */
interface PreparedAccounting extends Pick<Accounting, 'job' | 'from' | 'until'> {
  readonly rows: readonly RunRow[];
}

export const preparedAccounting = ({ runs, ...accounting }: Accounting): PreparedAccounting => ({
  ...accounting,
  rows: preparedRuns(runs),
});

export const preparedRuns = (runs: readonly AccountedRun[]): readonly RunRow[] =>
  runs.map((run) => newRow(run, run.end));

/** What stands in the slots of these runs now. */
export async function recordIn(entry: LedgerEntry, rows: readonly RunRow[]): Promise<readonly RunRow[]> {
  const writing = await sealing(entry);
  const answers = await inTurn(rows, (row) => writing.add(row));
  await writing.done();
  return answers;
}

/** For each accounting what stands in its slots now; undefined for one whose cursor was somewhere else. */
export async function accountIn(
  entry: LedgerEntry,
  accountings: readonly PreparedAccounting[],
): Promise<readonly (readonly RunRow[] | undefined)[]> {
  const writing = await sealing(entry);
  const answers: (readonly RunRow[] | undefined)[] = [];
  for (const { job, from, until, rows } of accountings) {
    const granted = await entry.moveCursor(job, from, until);
    answers.push(granted ? await inTurn(rows, (row) => writing.add(row)) : undefined);
  }
  await writing.done();
  return answers;
}

/** Adds rows, those of ended runs sealed one behind the other. */
async function sealing(entry: LedgerEntry) {
  const before = await entry.chainEnd();
  let end = before;
  return {
    async add(row: RunRow): Promise<RunRow> {
      const seal = isTerminal(row.state) ? sealBehind(end, row.record) : undefined;
      const whole = { ...row, ...seal };
      if (!(await entry.add(whole))) return (await existing(entry, row)) ?? row;
      end = seal ?? end;
      return whole;
    },
    async done(): Promise<void> {
      if (end !== before) await entry.setChainEnd(end);
    },
  };
}

async function inTurn<A, B>(all: readonly A[], each: (one: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  for (const one of all) results.push(await each(one));
  return results;
}
