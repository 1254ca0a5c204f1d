// A process of its own for the tests: makes every change that a state knows, again and again, and prints a line for all that was
// acknowledged. By itself it dies around the statement that UMBRA_KILL_AT names, if it comes to that.
// Arguments: folder, name of this process.
import '../../../tools/faults/injectors/kill-at-statement.mjs';
import { writeSync } from 'node:fs';
import type { StateStore } from '@umbracore/contracts';
import { aJob, aNewRun, aPlan } from '@umbracore/testkit';
import { openStateStore } from '../src/index.ts';
import { nextAccounting } from './accounted.ts';
import { systemClock } from './system-clock.ts';

const [dir = '', name = ''] = process.argv.slice(2);
const owner = { pid: process.pid, startTime: name, bootId: 'boot', host: 'host' };
const plan = aPlan({ job: aJob({ id: 'letters' }) });
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const store = await openStateStore({ dir, clock: systemClock });
if (store.health.mode !== 'durable') throw new Error('the state is not on the disk');
await store.outbox.begin();
for (let n = 0; n < 20; n += 1) {
  await account();
  await passThrough(`r-${name}-${n}`);
  await tellAll(store.outbox);
}

async function account(): Promise<void> {
  const accounting = nextAccounting(await store.cursors(), name);
  await store.account([accounting]);
  say({ until: accounting.until });
}

async function passThrough(id: string): Promise<void> {
  const at = Date.now();
  await store.enqueue(aNewRun({ id, slot: id, queuedAt: at, plan }));
  say({ id, revision: 1 });
  const claim = await store.claim(id, { owner, now: at, ttlMs: 60_000 });
  if (!claim.granted) return;
  await store.recordStep(claim.lease, { attempt: 1, kind: 'backup', stage: 'intent', at, detail: {} });
  say({ id, revision: 1, steps: 1 });
  const running = await store.update(claim.lease, claim.run.revision, { state: 'running', startedAt: at });
  say({ id, revision: running.revision, steps: 1 });
  const { lease } = await store.renew(claim.lease, at + 60_000);
  const ended = await store.update(lease, running.revision, { state: 'succeeded', finishedAt: at });
  say({ id, revision: ended.revision, steps: 1, ended: true });
}

/** A delivery for each ended run, and one of them is sent. */
async function tellAll(outbox: StateStore['outbox']): Promise<void> {
  const from = (await outbox.place()) ?? 0;
  let place = from;
  for (const { place: to, run } of await outbox.ended(from, 10)) {
    await outbox.tell({
      subject: run.job,
      at: run.queuedAt,
      reading: { from: place, to },
      decide: () => ({ memo: run.id, standing: true, deliveries: [aDelivery(run.id)] }),
    });
    place = to;
    say({ place });
  }
  const taken = await outbox.take({ owner, now: Date.now(), ttlMs: 60_000, isGone: () => true });
  const ids = taken.deliveries.map(({ id }) => id).slice(0, 1);
  await outbox.settle(taken.fence, ids, { state: 'sent' }, Date.now());
  for (const sent of ids) say({ sent });
}

function aDelivery(id: string) {
  const words = { what: id, why: null, advice: null, command: null, details: [] };
  const about = { job: 'letters', kind: 'backup', repository: 'main', run: id } as const;
  const notice = { id, event: 'failed', severity: 'error', at: 0, ...about, ...words } as const;
  return { id, channel: 'phone', notice, dueAt: 0, group: null, expiresAt: null };
}
