// A process of its own for the tests: works on the store of a folder and prints a line for all that was acknowledged.
// Arguments: folder, name of this writer, 'unique' or 'shared' slots, how many runs if not as many as it can, and after how many
// pages SQLite writes its log into the file if not as usual.
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { aNewRun } from '@umbracore/testkit';
import { openStateStore } from '../src/index.ts';
import { systemClock } from './system-clock.ts';

const [dir = '', name = '', slots = 'unique', wanted = slots === 'shared' ? '60' : 'Infinity', logPages] =
  process.argv.slice(2);
const owner = { pid: process.pid, startTime: name, bootId: 'boot', host: 'host' };

if (logPages !== undefined) {
  const original = DatabaseSync.prototype['exec'];
  const value = function (this: DatabaseSync, text: string): void {
    original.call(this, text);
    original.call(this, `pragma wal_autocheckpoint = ${logPages}`);
  };
  Object.defineProperty(DatabaseSync.prototype, 'exec', { value });
}

const store = await openStateStore({ dir, clock: systemClock });
/** What went to memory, for the disk took it no more, is acknowledged to nobody. */
const say = (line: object): void => {
  if (store.health.mode !== 'durable') process.exit();
  writeSync(1, `${JSON.stringify(line)}\n`);
};
for (let n = 0; n < Number(wanted); n += 1) {
  const queuedAt = Date.now();
  const slot = slots === 'shared' ? `slot-${n}` : `${name}-${n}`;
  const { run, created } = await store.enqueue(aNewRun({ id: `r-${name}-${n}`, slot, queuedAt }));
  say({ id: run.id, slot, created, revision: 1, state: 'queued', steps: 0 });
  const claim = await store.claim(run.id, { owner, now: Date.now(), ttlMs: 5 });
  if (!claim.granted) continue;
  if (slots === 'shared') say({ id: run.id, slot, fence: claim.lease.fence });
  try {
    await store.recordStep(claim.lease, { attempt: 1, kind: 'backup', stage: 'intent', at: queuedAt, detail: { n } });
    say({ id: run.id, revision: 1, state: 'queued', steps: 1 });
    const running = await store.update(claim.lease, claim.run.revision, { state: 'running', startedAt: queuedAt });
    say({ id: run.id, revision: running.revision, state: 'running', steps: 1 });
    const ended = await store.update(claim.lease, running.revision, { state: 'succeeded', finishedAt: queuedAt });
    say({ id: run.id, revision: ended.revision, state: 'succeeded', steps: 1, ended: true });
  } catch (thrown) {
    // The lease is short on purpose: with two writers it may be lost between two steps.
    if ((thrown as { code?: unknown }).code !== 'state.lease-lost') throw thrown;
  }
}
await store[Symbol.asyncDispose]();
