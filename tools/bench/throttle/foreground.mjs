// Somebody at work on the same machine, in a session of his own: `foreground.mjs busy|light MILLISECONDS [FILE [PID]]`.
// Writes one line of JSON. With a PID he works until that process has ended, instead of for some time.
import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const [kind, forMs, file, pid] = isMainThread ? process.argv.slice(2) : ['spin', workerData.forMs];
const answers = { busy, light, spin };
answers[kind](Number(forMs), file, Number(pid));

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

/** Answers a request every 10 ms, which takes a millisecond of work, and appends what it did to a log on disk. */
async function light(forMs, file, pid) {
  const target = openSync(file, 'w');
  const page = Buffer.alloc(4096, 7);
  const answers = [];
  const syncs = [];
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const from = performance.now();
  for (let due = from + 10; pid > 0 ? !hasEnded(pid) : due < from + forMs; due += 10) {
    const wait = due - performance.now();
    if (wait > 0) Atomics.wait(clock, 0, 0, wait);
    work(400_000);
    answers.push(performance.now() - due);
    const before = performance.now();
    writeSync(target, page);
    fdatasyncSync(target);
    syncs.push(performance.now() - before);
    // Who is late does not hurry to make up for it.
    due = Math.max(due, performance.now() - 10);
  }
  closeSync(target);
  unlinkSync(file);
  console.log(JSON.stringify({ answers, syncs }));
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
  for (let step = 0; step < steps; step += 1) sum = (sum * 31 + step) | 0;
  return sum;
}
