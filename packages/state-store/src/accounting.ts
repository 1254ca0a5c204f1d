import { isTerminal, type Accounting } from '@umbracore/contracts';
import { existing, type LedgerEntry } from './ledger.ts';
import { newRow, type RunRow } from './run-row.ts';
import { sealBehind } from './seal.ts';

/** An accounting with the rows of its runs, which are made before the lock is taken. */
interface PreparedAccounting extends Pick<Accounting, 'job' | 'from' | 'until'> {
  readonly rows: readonly RunRow[];
}

export const preparedAccounting = ({ runs, ...accounting }: Accounting): PreparedAccounting => ({
  ...accounting,
  rows: runs.map((run) => newRow(run, run.end)),
});

/** For each accounting what stands in its slots now; undefined for one whose cursor was somewhere else. */
export async function accountIn(
  entry: LedgerEntry,
  accountings: readonly PreparedAccounting[],
): Promise<readonly (readonly RunRow[] | undefined)[]> {
  const before = await entry.chainEnd();
  let end = before;

  async function added(row: RunRow): Promise<RunRow> {
    const seal = isTerminal(row.state) ? sealBehind(end, row.record) : undefined;
    const whole = { ...row, ...seal };
    if (!(await entry.add(whole))) return (await existing(entry, row)) ?? row;
    end = seal ?? end;
    return whole;
  }

  const answers: (readonly RunRow[] | undefined)[] = [];
  for (const { job, from, until, rows } of accountings) {
    const granted = await entry.moveCursor(job, from, until);
    answers.push(granted ? await inTurn(rows, added) : undefined);
  }
  if (end !== before) await entry.setChainEnd(end);
  return answers;
}

async function inTurn<A, B>(all: readonly A[], each: (one: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  for (const one of all) results.push(await each(one));
  return results;
}
