// Somebody at work on the same machine, in a session of his own: `foreground.mjs busy|light|measure MILLISECONDS [FILE [PID [STEPS]]]`.
// Writes one line of JSON. With a PID he works until that process has ended, instead of for some time. STEPS are a millisecond of work,
// as `measure` found it.
import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const result = new Int32Array(1);

/** Each so many requests one takes longer. */
const everyLong = 4;
const longMs = 3;

const [kind, forMs, file, pid, steps] = isMainThread ? process.argv.slice(2) : ['spin', workerData.forMs];
const kinds = { busy, light, measure, spin };
kinds[kind](Number(forMs), file, Number(pid), Number(steps));

/** How much work a millisecond is on this machine, while nobody is in the way. */
function measure(forMs) {
  const fastest = { steps: 100_000, ms: Infinity };
  for (const until = performance.now() + forMs; performance.now() < until;) {
    const before = performance.now();
    work(fastest.steps);
    fastest.ms = Math.min(fastest.ms, performance.now() - before);
  }
  console.log(JSON.stringify({ steps: Math.round(fastest.steps / fastest.ms) }));
}

/** Wants every processor: how much gets done in the time? */
async function busy(forMs) {
  const done = new Int32Array(new SharedArrayBuffer(4 * availableParallelism()));
  const workers = Array.from(
    done,
    (_, index) => new Worker(import.meta.filename, { workerData: { forMs, done, index } }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  console.log(JSON.stringify({ done: done.reduce((sum, one) => sum + one, 0) }));
}

function spin(forMs) {
  const { done, index } = workerData;
  for (const until = performance.now() + forMs; performance.now() < until; done[index] += 1) work(100_000);
}

/** Answers a request every 10 ms, which takes one millisecond of work or three, and appends what it did to a log on disk. */
async function light(forMs, file, pid, steps) {
  // As a program is that has run for a while.
  for (let times = 0; times < 200; times += 1) work(steps);
  const target = openSync(file, 'w');
  const page = Buffer.alloc(4096, 7);
  const found = { wakes: [], answers: [], longs: [], syncs: [] };
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const from = performance.now();
  let count = 0;
  for (let due = from + 10; pid > 0 ? !hasEnded(pid) : due < from + forMs; due += 10) {
    const wait = due - performance.now();
    if (wait > 0) Atomics.wait(clock, 0, 0, wait);
    const woken = performance.now();
    const isLong = (count += 1) % everyLong === 0;
    work(isLong ? longMs * steps : steps);
    const answered = performance.now();
    writeSync(target, page);
    fdatasyncSync(target);
    if (wait > 0) found.wakes.push(woken - due);
    (isLong ? found.longs : found.answers).push(answered - due);
    found.syncs.push(performance.now() - answered);
    // Who is late does not hurry to make up for it.
    due = Math.max(due, performance.now() - 10);
  }
  closeSync(target);
  unlinkSync(file);
  console.log(JSON.stringify(found));
}

function hasEnded(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

function work(steps) {
  let sum = 0;
  // In whole numbers: as others V8 is four times as fast with them in one place as in another.
  for (let step = 0; step < steps; step += 1) sum = (Math.imul(sum, 31) + step) | 0;
  // What nobody wants is not worked out: then a millisecond of it would not be one.
  result[0] = sum;
}
