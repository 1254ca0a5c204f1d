// A process of its own for the tests: accounts for the slots of one job, one after the other, and prints what was granted.
// Arguments: folder, name of this process, number of the last slot.
import { writeSync } from 'node:fs';
import { openStateStore } from '../src/index.ts';
import { nextAccounting } from './accounted.ts';
import { systemClock } from './system-clock.ts';

const [dir = '', name = '', last = 'Infinity'] = process.argv.slice(2);
const store = await openStateStore({ dir, clock: systemClock });
for (;;) {
  const accounting = nextAccounting(await store.cursors(), name);
  if (accounting.until > Number(last)) break;
  const [runs] = await store.account([accounting]);
  const id = `${name}-${accounting.until}`;
  writeSync(1, `${JSON.stringify({ id, until: accounting.until, granted: runs?.map((run) => run.id) })}\n`);
}
await store[Symbol.asyncDispose]();
