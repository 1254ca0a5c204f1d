import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { umbra } from '../dev/bundle.mjs';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { writeFiles } from './files.mjs';
import { performedBackup } from './overhead/performed-command.mjs';
import { makeWorld } from './overhead/world.mjs';
import { comparison, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';
import { quantile } from './statistics.mjs';
import { beside } from './throttle/beside.mjs';
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
    const look = { kind: 'light', forMs: lookMs, file, toItsEnd: true };
    const light = await looks(world, commands, look, rounds, ({ answers, syncs, wallMs }) => ({
      wallMs,
      answerMedian: quantile(answers, 0.5),
      answerTail: quantile(answers, 0.99),
      syncMedian: quantile(syncs, 0.5),
      syncTail: quantile(syncs, 0.99),
    }));

    const run = (text) => ({
      before() {
        configure(text);
        world.reset();
      },
      work: () =>
        besideOthers(() => spawnCost(process.execPath, [umbra, 'run', 'documents'], { env: world.env, cwd: folder })),
    });
    const { costs: own, told } = undisturbed(await takeTurns([run(polite), run(rude)], { rounds: rounds + 4 }));
    note(told);
    const goal = isGrouping ? { ratio: 1 / 0.95 } : undefined;
    return [
      comparison('busy on all processors: time for the same work', [busy.ours, busy.alone], { goal }),
      comparison('  beside restic', [busy.bare, busy.alone]),
      comparison('  beside nice -n 19 ionice -c 3 restic', [busy.nice, busy.alone]),
      ...latencies(light, 'a request now and then: p50', 'answerMedian'),
      ...latencies(light, 'a request now and then: p99', 'answerTail', { ratio: 2 }),
      ...latencies(light, 'fdatasync: p50', 'syncMedian'),
      ...latencies(light, 'fdatasync: p99', 'syncTail'),
      comparison('  the same (beside restic: 1)', [light.ours, light.bare], {
        cost: 'syncTail',
        goal: { ratio: 0.75 },
      }),
      comparison('its time beside the requests (restic: 1)', [light.ours, light.bare], { goal: { ratio: 1.2 } }),
      comparison('its own time, nobody beside it (not polite: 1)', own, { goal: { ratio: 1.03 } }),
    ];
  },
};

const latencies = ({ ours, bare, nice, alone }, name, cost, goal) => [
  comparison(name, [ours, alone], { cost, goal }),
  comparison('  beside restic', [bare, alone], { cost }),
  comparison('  beside nice restic', [nice, alone], { cost }),
];

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

/** The same look in turns, with nothing and with each kind of backup beside it. */
async function looks(world, commands, look, rounds, costOf) {
  const contestants = Object.values(commands).map((command) => ({
    before: () => world.reset(),
    work: async () => costOf(await beside(command, look)),
  }));
  const costs = await takeTurns(contestants, { rounds, warmUps: 0 });
  return Object.fromEntries(Object.keys(commands).map((name, index) => [name, costs[index]]));
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
