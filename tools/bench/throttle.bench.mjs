import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { umbra } from '../dev/bundle.mjs';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { writeFiles } from './files.mjs';
import { performedBackup } from './overhead/performed-command.mjs';
import { makeWorld } from './overhead/world.mjs';
import { comparison, takeTurns } from './rounds.mjs';
import { childrenCpuMs, spawnCost } from './spawn-cost.mjs';
import { quantile } from './statistics.mjs';
import { beside, foregroundAt } from './throttle/beside.mjs';
import { besideOthers, undisturbed } from './throttle/others.mjs';

/** Enough for a backup of some seconds. */
const tree = { count: 6_000, meanBytes: 200_000, seed: 7 };
const lookMs = 2500;

/** What somebody at work feels of a backup: alone, beside restic, beside restic as it is usually made gentle, beside us. */
export const bench = {
  title: 'A polite backup, and whoever works beside it',
  ours: 'beside it',
  yardstick: 'alone',
  rounds: 5,
  async run({ folder, rounds, note }) {
    const restic = fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
    const world = makeWorld(folder, restic);
    const isGrouping = read('/proc/sys/kernel/sched_autogroup_enabled') === '1';
    note(`${restic}; processes are ${isGrouping ? '' : 'not '}grouped by session`);
    const rude = readFileSync(world.env.UMBRA_CONFIG, 'utf8');
    const polite = `${rude}    throttle: polite\n`;
    const configure = (text) => writeFileSync(world.env.UMBRA_CONFIG, text);
    writeFiles(world.source, tree);
    // What takes restic long for want of processors, and of nothing else.
    configure(polite.replace('repositories:\n  home:\n', '$&    compression: max\n'));
    const busy = await looks(
      world,
      await commandsFor(world, restic),
      { kind: 'busy', forMs: lookMs },
      rounds,
      ({ done }) => ({
        wallMs: lookMs / done,
      }),
    );
    configure(polite);
    const commands = await commandsFor(world, restic);
    const file = join(folder, 'probe');
    const { steps } = await foregroundAt('measure', 1000);
    const look = { kind: 'light', forMs: 2 * lookMs, file, steps, toItsEnd: true };
    const seen = await looks(world, commands, look, rounds, (found) => found);
    const calm = undisturbed(Object.values(seen));
    note(`what the foreground feels is of ${calm.told}`);
    const light = Object.fromEntries(Object.keys(seen).map((name, index) => [name, calm.costs[index]]));

    const run = (text) => ({
      before() {
        configure(text);
        world.reset();
      },
      work: () =>
        besideOthers(() => spawnCost(process.execPath, [umbra, 'run', 'documents'], { env: world.env, cwd: folder })),
    });
    const { costs: own, told } = undisturbed(await takeTurns([run(polite), run(rude)], { rounds: rounds + 2 }));
    note(`its own time is of ${told}`);
    const goal = isGrouping ? { ratio: 1 / 0.95 } : undefined;
    return [
      comparison('busy on all processors: time for the same work', [busy.ours, busy.alone], { goal }),
      comparison('  beside restic', [busy.bare, busy.alone]),
      comparison('  beside nice -n 19 ionice -c 3 restic', [busy.nice, busy.alone]),
      ...latencies(light, 'waking up: p99', ['wakes', 0.99], { ratio: 2 }),
      ...latencies(light, 'a request of a millisecond: p50', ['answers', 0.5]),
      ...latencies(light, 'a request of a millisecond: p99', ['answers', 0.99], { ratio: 2 }),
      ...latencies(light, 'a request of three: p99', ['longs', 0.99]),
      ...latencies(light, 'fdatasync: p50', ['syncs', 0.5]),
      ...latencies(light, 'fdatasync: p99', ['syncs', 0.99]),
      pooled('  the same (beside restic: 1)', [light.ours, light.bare], ['syncs', 0.99], { ratio: 0.75 }),
      comparison('its time beside the requests (restic: 1)', [light.ours, light.bare], { goal: { ratio: 1.2 } }),
      comparison('its own time, nobody beside it (not polite: 1)', own, { goal: { ratio: 1.03 } }),
    ];
  },
};

const latencies = ({ ours, bare, nice, alone }, name, tail, goal) => [
  pooled(name, [ours, alone], tail, goal),
  pooled('  beside restic', [bare, alone], tail),
  pooled('  beside nice restic', [nice, alone], tail),
];

/** A quantile of what was seen in all rounds together: of one round it is that of two or three moments. */
function pooled(name, contestants, [what, share], goal) {
  const each = contestants.map((rounds) => rounds.map((found) => ({ value: quantile(found[what], share) })));
  const line = comparison(name, each, { cost: 'value', goal });
  const [ours, yardstick] = contestants.map((rounds) =>
    quantile(
      rounds.flatMap((found) => found[what]),
      share,
    ),
  );
  return {
    ...line,
    ours: { ...line.ours, median: ours },
    yardstick: { ...line.yardstick, median: yardstick },
    ratio: ours / yardstick,
  };
}

/** The same backup as restic is called by hand, as it is usually made gentle, and as we do it. */
async function commandsFor(world, restic) {
  const { env, folder: cwd } = world;
  world.reset();
  const {
    program,
    args,
    env: own,
  } = await performedBackup(world, restic, (trying) =>
    spawnCost(process.execPath, [umbra, 'run', 'documents'], { env: trying, cwd }),
  );
  return {
    alone: undefined,
    bare: { program, args, env: own, cwd },
    nice: { program: 'nice', args: ['-n', '19', 'ionice', '-c', '3', program, ...args], env: own, cwd },
    ours: { program: process.execPath, args: [umbra, 'run', 'documents'], env, cwd },
  };
}

/** The same look in turns, with nothing and with each kind of backup beside it; with what others had meanwhile. */
async function looks(world, commands, look, rounds, costOf) {
  const contestants = Object.values(commands).map((command) => ({
    before: () => world.reset(),
    async work() {
      const { found, others } = await besideOthers(() => costOfLook(command, look));
      return { ...costOf(found), others };
    },
  }));
  const costs = await takeTurns(contestants, { rounds, warmUps: 0 });
  return Object.fromEntries(Object.keys(commands).map((name, index) => [name, costs[index]]));
}

async function costOfLook(command, look) {
  const [cpu, wall] = [childrenCpuMs(), performance.now()];
  const found = await beside(command, look);
  return { found, wallMs: performance.now() - wall, cpuMs: childrenCpuMs() - cpu };
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
