import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { quantile } from '../statistics.mjs';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** What lives in this process and can be told apart: objects, and the memory behind typed arrays. */
function bytesInUse() {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The CPU time that this process has used, in milliseconds. */
export function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What it costs to load jobs, to have them and to put them back after they were due; µs of CPU and bytes are per job. */
export function loadCost(contestant, ids) {
  const before = bytesInUse();
  const [cpu, startedAt] = [cpuMs(), performance.now()];
  const loaded = contestant.load(ids);
  const [loadCpuMs, wallMs] = [cpuMs() - cpu, performance.now() - startedAt];
  const bytes = bytesInUse() - before;
  const requeuedAt = cpuMs();
  const { jobs, worstMs } = loaded.requeue();
  const requeueMs = cpuMs() - requeuedAt;
  loaded.drop();
  return {
    wallMs,
    loadUs: (loadCpuMs * 1000) / ids.length,
    bytes: bytes / ids.length,
    requeueUs: (requeueMs * 1000) / jobs,
    worstMs,
  };
}

/** How late jobs are that are all due at every full second, and which share of their runs did not come in these seconds. */
export async function burst(contestant, ids, seconds) {
  const lateMs = [];
  let from = Infinity;
  const running = contestant.start(ids, () => {
    const now = Date.now();
    if (now >= from && now < from + seconds * 1000) lateMs.push(now % 1000);
  });
  from = Math.ceil(Date.now() / 1000 + 0.5) * 1000;
  while (Date.now() < from + seconds * 1000) await sleep(100);
  running.stop();
  return { p99Ms: quantile(lateMs, 0.99), missingPercent: 100 * (1 - lateMs.length / (ids.length * seconds)) };
}
