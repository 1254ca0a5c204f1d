// A process of its own for the tests: kills itself just before a statement of an accounting, or after the last one.
// Arguments: folder, how many statements may be carried out.
import { StatementSync } from 'node:sqlite';
import { openStateStore } from '../src/index.ts';
import { nextAccounting } from './accounted.ts';
import { systemClock } from './system-clock.ts';

const [dir = '', allowed = ''] = process.argv.slice(2);
const store = await openStateStore({ dir, clock: systemClock });
const first = nextAccounting(await store.cursors(), 'killed');
const second = nextAccounting(new Map([[first.job, first.until]]), 'killed');
const refused = { ...second, job: 'nobody' };

let carriedOut = 0;
for (const method of ['run', 'all'] as const) {
  const original = StatementSync.prototype[method] as (...values: unknown[]) => unknown;
  const counted = function (this: StatementSync, ...values: unknown[]): unknown {
    if (carriedOut === Number(allowed)) process.kill(process.pid, 'SIGKILL');
    carriedOut += 1;
    return original.apply(this, values);
  };
  Object.defineProperty(StatementSync.prototype, method, { value: counted });
}
await store.account([first, refused, second]);
if (carriedOut === Number(allowed)) process.kill(process.pid, 'SIGKILL');
