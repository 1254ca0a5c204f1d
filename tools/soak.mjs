// A daemon with a thousand jobs under load, for as long as it is told: `npm run soak [-- --minutes 60] [--jobs 1000]`. Fails if its
// memory or its descriptors grow, or what it keeps leaves its budget. What was seen is kept in tools/soak/results.json.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startDaemon } from './bench/daemon/start-daemon.mjs';
import { Failure, say } from './dev/process.mjs';
import { commit } from './faults/commit.mjs';
import { environment } from './faults/environment.mjs';
import { load } from './soak/load.mjs';
import { keepSoak } from './soak/results.mjs';
import { sampleOf } from './soak/samples.mjs';
import { judged } from './soak/verdict.mjs';
import { soakWorld } from './soak/world.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, jobs: { type: 'string', default: '1000' } },
});
const [minutes, jobs] = [Number(values.minutes), Number(values.jobs)];
if (!(minutes >= 3) || !Number.isSafeInteger(jobs) || jobs < 1)
  throw new Failure('--minutes takes at least 3, and --jobs a number of jobs.');

const sampleMs = 5000;
const lengthMs = minutes * 60_000;
/** Nothing is counted before each job ran, nor before the daemon keeps as many events as it ever does. */
const leastWarmUpMs = lengthMs / 3;
const stretchMs = Math.max(15_000, lengthMs / 40);

const tried = commit();
const folder = mkdtempSync(join(tmpdir(), 'umbra-soak-'));
try {
  const env = soakWorld(folder, jobs);
  const notes = new URL('soak/memory-notes.mjs', import.meta.url).href;
  const daemon = await startDaemon({ ...env, NODE_OPTIONS: `--import=${notes}` }, folder);
  try {
    const seen = await watched(daemon.pid, env);
    const result = {
      minutes,
      jobs,
      commit: tried,
      date: new Date().toISOString().slice(0, 10),
      environment: environment(),
    };
    report({ ...result, ...seen });
  } finally {
    await daemon.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function watched(pid, env) {
  const samples = [];
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const isOver = () => elapsed() >= lengthMs;
  let fullMs = Infinity;
  const loading = load({
    socketPath: join(env.UMBRA_STATE_DIR, 'daemon.sock'),
    config: env.UMBRA_CONFIG,
    isOver,
    onFull: () => (fullMs = elapsed()),
  });
  while (!isOver()) {
    samples.push({ atMs: elapsed(), ...sampleOf(pid, env) });
    await wait(sampleMs);
  }
  const { asked, bad } = await loading;
  const counts = runsOf(env);
  const runs = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const warmUpMs = Math.max(leastWarmUpMs, Math.min(fullMs, lengthMs * (2 / 3)));
  const verdict = judged(samples, { warmUpMs, stretchMs, runs });
  if (fullMs > warmUpMs)
    verdict.problems.push('so little happened that it could keep all events: what they take looks like growth');
  return {
    samples: samples.length,
    warmUpMinutes: Math.round(warmUpMs / 6000) / 10,
    runs: counts,
    asked,
    bad,
    ...verdict,
  };
}

/** How many runs are in which state. */
function runsOf(env) {
  const database = new DatabaseSync(join(env.UMBRA_STATE_DIR, 'state.db'), { readOnly: true });
  try {
    const rows = database.prepare('select state, count(*) as count from runs group by state').all();
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  } finally {
    database.close();
  }
}

function report(result) {
  keepSoak(result);
  const { runs, asked, bad, slopes, most, problems } = result;
  say(
    `${minutes} minutes, ${jobs} jobs: runs ${JSON.stringify(runs)}, ${asked} questions, badly answered ${JSON.stringify(bad)}`,
  );
  for (const [name, { perHour, low, high, points }] of Object.entries(slopes))
    say(
      `  ${name}: ${sized(name, perHour)} an hour, between ${sized(name, low)} and ${sized(name, high)} (${points} points)`,
    );
  for (const [name, value] of Object.entries(most)) say(`  ${name}: at most ${sized(name, value)}`);
  for (const problem of problems) say(`  ${problem}`);
  const failed = Object.keys(runs).filter((state) => !['succeeded', 'queued', 'running'].includes(state));
  if (problems.length > 0 || failed.length > 0 || Object.keys(bad).length > 0) process.exitCode = 1;
}

function sized(name, value) {
  return name === 'descriptors' ? value.toFixed(1) : `${(value / 1024 ** 2).toFixed(2)} MiB`;
}
