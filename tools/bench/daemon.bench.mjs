import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { umbra } from '../dev/bundle.mjs';
import { startDaemon } from './daemon/start-daemon.mjs';
import { comparison, single, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';

const jobs = 100;
const settleMs = 10_000;
const idleMs = 60_000;
/** 0.02 % of a minute. */
const idleGoalMs = idleMs * 0.0002;

/** What a daemon with a hundred jobs takes while it waits for the night, and how fast it says how they stand. */
export const bench = {
  title: `A daemon with ${jobs} jobs`,
  ours: 'umbra',
  yardstick: 'node -e 0',
  rounds: 21,
  async run({ folder, rounds }) {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      UMBRA_CONFIG: join(folder, 'umbra.yaml'),
      UMBRA_STATE_DIR: join(folder, 'state'),
      UMBRA_RESTIC: process.env.UMBRA_RESTIC,
      LANG: 'C.UTF-8',
    };
    writeFileSync(env.UMBRA_CONFIG, configuration(folder));
    const daemon = await startDaemon(env, folder);
    const idler = spawn(process.execPath, ['-e', waitAndWake], { env, stdio: 'ignore' });
    try {
      await wait(settleMs);
      const idle = [daemon.pid, idler.pid];
      const before = idle.map(cpuMsOf);
      await wait(idleMs);
      const idleCosts = idle.map((pid, index) => [{ cpuMs: cpuMsOf(pid) - before[index] }]);
      const memory = memoryOf(daemon.pid);
      const node = (...args) => ({ work: () => spawnCost(process.execPath, args, { env, cwd: folder }) });
      const asking = node('-e', askAndRead(join(env.UMBRA_STATE_DIR, 'daemon.sock')));
      const status = node(umbra, 'status');
      const afterChange = { work: () => (touch(join(env.UMBRA_STATE_DIR, 'state.db')), status.work()) };
      // Whoever asked before made the daemon find its words, which it then keeps.
      const askedAgain = { ...status, before: asking.work };
      const contestants = [afterChange, node('-e', '0'), asking, askedAgain];
      const [anew, bare, asked, again] = await takeTurns(contestants, { rounds, warmUps: 2 });
      return [
        comparison('umbra status', [again, bare], { goal: { ratio: 1.3 } }),
        comparison('  CPU', [again, bare], { cost: 'cpuMs' }),
        comparison('  right after something was recorded', [anew, bare]),
        comparison('  of it to ask and to read, in any Node', [asked, bare]),
        single('memory after a minute of nothing', [memory.residentMb], { unit: 'MB', goal: { value: 70 } }),
        single('  of it its own', [memory.proportionalMb], { unit: 'MB' }),
        single('CPU in a minute of nothing', [idleCosts[0][0].cpuMs], { goal: { value: idleGoalMs } }),
        comparison('  beside a Node that only wakes as often', idleCosts, { cost: 'cpuMs' }),
      ];
    } finally {
      idler.kill();
      await daemon.stop();
    }
  },
};

/** As if something had just been recorded: the daemon has to look. */
function touch(file) {
  const now = new Date();
  utimesSync(file, now, now);
}

/** What the machine takes to wake a process that has slept, beside what the daemon does then: it wakes some twenty times a minute. */
const waitAndWake = 'setInterval(() => {}, 3000)';

/** The least that a program can do that asks the daemon: what is above this is ours. */
const askAndRead = (socket) => `
  const connection = require('node:net').connect(${JSON.stringify(socket)});
  connection.write('GET /v1/status/shown?outColour=false&errColour=false&unicode=true HTTP/1.0\\r\\nhost: localhost\\r\\n\\r\\n');
  connection.resume();`;

function configuration(folder) {
  const names = Array.from({ length: jobs }, (_, index) => index);
  const padded = (number) => String(number).padStart(2, '0');
  // None is due while this measures what a daemon takes that has nothing to do.
  const hour = (index) => (new Date().getHours() + 6 + (index % 12)) % 24;
  const schedule = (index) => `daily at ${padded(hour(index))}:${padded(index % 60)}`;
  const lines = names.map((index) => `  job-${index}: { sources: ${folder}, schedule: ${schedule(index)} }`);
  return `repositories: { home: ${folder}/repository }\njobs:\n${lines.join('\n')}\n`;
}

/** Time on a processor of all threads, to the nanosecond: what `stat` counts in is nearly as much as the goal. */
function cpuMsOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** What is shared with other processes counts whole in the one, in parts in the other. */
function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const megabytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)[1]) / 1000;
  return { residentMb: megabytes('Rss'), proportionalMb: megabytes('Pss') };
}
