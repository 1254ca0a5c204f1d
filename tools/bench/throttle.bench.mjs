import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
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

const tree = { count: 4_000, meanBytes: 200_000, seed: 7 };
/** Holds nothing, and takes restic minutes to read. */
const hollowBytes = 200 * 1024 ** 3;
const lookMs = 3000;

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
    const politely = () => writeFileSync(world.env.UMBRA_CONFIG, `${rude}    throttle: polite\n`);
    const rudely = () => writeFileSync(world.env.UMBRA_CONFIG, rude);

    const hollow = join(world.source, 'hollow');
    writeFileSync(hollow, '');
    politely();
    const commands = await commandsFor(world, restic);
    truncateSync(hollow, hollowBytes);
    const busy = await looks(world, commands, ['busy', lookMs], rounds, ({ done }) => ({ wallMs: lookMs / done }));
    truncateSync(hollow, 0);
    writeFiles(world.source, tree);
    const file = join(folder, 'probe');
    const light = await looks(world, commands, ['light', lookMs, file], rounds, ({ answers, syncs }) => ({
      answerMedian: quantile(answers, 0.5),
      answerTail: quantile(answers, 0.99),
      syncMedian: quantile(syncs, 0.5),
      syncTail: quantile(syncs, 0.99),
    }));

    const run = (prepare) => ({
      before() {
        prepare();
        world.reset();
      },
      work: () => spawnCost(process.execPath, [umbra, 'run', 'documents'], { env: world.env, cwd: folder }),
    });
    const own = await takeTurns([run(politely), run(rudely)], { rounds: rounds + 2 });
    const goal = isGrouping ? { ratio: 1 / 0.95 } : undefined;
    return [
      comparison('busy on all processors: time for the same work', [busy.ours, busy.alone], { goal }),
      comparison('  beside restic', [busy.bare, busy.alone]),
      comparison('  beside nice -n 19 ionice -c 3 restic', [busy.nice, busy.alone]),
      ...latencies(light, 'a request now and then: p50', 'answerMedian'),
      ...latencies(light, 'a request now and then: p99', 'answerTail', { ratio: 2 }),
      ...latencies(light, 'fdatasync: p50', 'syncMedian'),
      ...latencies(light, 'fdatasync: p99', 'syncTail'),
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
  const costs = await takeTurns(contestants, { rounds });
  return Object.fromEntries(Object.keys(commands).map((name, index) => [name, costs[index]]));
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
