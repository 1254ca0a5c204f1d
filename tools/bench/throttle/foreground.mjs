// Somebody at work on the same machine, in a session of his own: `foreground.mjs busy|light MILLISECONDS [FILE]`. Writes one
// line of JSON.
import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const [kind, forMs, file] = isMainThread ? process.argv.slice(2) : ['spin', workerData.forMs];
const answers = { busy, light, spin };
answers[kind](Number(forMs), file);

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

/** Answers a request every 10 ms, which takes a millisecond of work, and keeps what it did on disk. */
async function light(forMs, file) {
  const target = openSync(file, 'w');
  const page = Buffer.alloc(4096, 7);
  const answers = [];
  const syncs = [];
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const from = performance.now();
  for (let due = from + 10; due < from + forMs; due += 10) {
    const wait = due - performance.now();
    if (wait > 0) Atomics.wait(clock, 0, 0, wait);
    work(400_000);
    answers.push(performance.now() - due);
    const before = performance.now();
    writeSync(target, page, 0, page.length, 0);
    fdatasyncSync(target);
    syncs.push(performance.now() - before);
    // Who is late does not hurry to make up for it.
    due = Math.max(due, performance.now() - 10);
  }
  closeSync(target);
  unlinkSync(file);
  console.log(JSON.stringify({ answers, syncs }));
}

function work(steps) {
  let sum = 0;
  for (let step = 0; step < steps; step += 1) sum = (sum * 31 + step) | 0;
  return sum;
}
