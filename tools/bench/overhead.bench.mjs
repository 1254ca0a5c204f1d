import { umbra } from '../dev/bundle.mjs';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { startDaemon } from './daemon/start-daemon.mjs';
import { writeFiles } from './files.mjs';
import { performedBackup } from './overhead/performed-command.mjs';
import { makeWorld } from './overhead/world.mjs';
import { comparison, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';

const tree = { count: 10_000, meanBytes: 47_500, seed: 7 };

/** `umbra run` beside the `restic backup` that it performs, as a person would run it: same repository, cache, flags and environment. */
export const bench = {
  title: 'A backup of 10,000 files, 475 MB',
  ours: 'umbra run',
  yardstick: 'bare restic',
  rounds: 9,
  async run({ folder, rounds, note }) {
    const restic = fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
    const world = makeWorld(folder, restic);
    const bytes = writeFiles(world.source, tree);
    note(`${tree.count} files, ${Math.round(bytes / 1e6)} MB, ${restic}`);
    const cwd = folder;
    const runUmbra = (env = world.env, ...flags) =>
      spawnCost(process.execPath, [umbra, 'run', 'documents', ...flags], { env, cwd });
    const bareTurn = async (...flags) => {
      const { program, args, env } = await performedBackup(world, restic, (own) => runUmbra(own, ...flags));
      const start = `require('node:child_process').spawnSync(${JSON.stringify(program)}, ${JSON.stringify(args)})`;
      return {
        bare: { work: () => spawnCost(program, args, { env, cwd }) },
        fromNode: { work: () => spawnCost(process.execPath, ['-e', start], { env, cwd }) },
      };
    };
    const before = () => world.reset();

    world.reset();
    const first = await takeTurns(
      [
        { before, work: () => runUmbra() },
        { before, ...(await bareTurn()).bare },
      ],
      {
        rounds: Math.ceil(rounds / 2),
      },
    );
    world.reset();
    await runUmbra();
    const verified = () => runUmbra(world.env, '--verify=metadata');
    const { bare, fromNode } = await bareTurn();
    const contestants = [{ work: () => runUmbra() }, bare, { work: verified }, fromNode];
    const again = await takeTurns(contestants, { rounds });
    // The history of a daemon names a parent that an emptied repository does not have.
    const fresh = [{ work: () => runUmbra(world.env, '--full') }, (await bareTurn('--full')).bare];
    const byDaemon = await throughDaemon(world, cwd, { fresh, again: contestants.slice(0, 2) }, rounds);
    const goal = { ratio: 1.05 };
    return [
      comparison('the first one', first, { goal }),
      comparison('  CPU', first, { cost: 'cpuMs' }),
      comparison('again, nothing changed', again, { goal }),
      comparison('  CPU', again, { cost: 'cpuMs' }),
      comparison('  of it to start Node, and restic from it', [again[3], again[1]]),
      comparison('the same, what is new proven', [again[2], again[1]]),
      comparison('the first one, through the daemon', byDaemon.first, { goal }),
      comparison('again, through the daemon', byDaemon.again, { goal }),
    ];
  },
};

/** The same while a daemon works with the configuration: every `umbra run` then goes through it. */
async function throughDaemon(world, cwd, { fresh, again }, rounds) {
  const daemon = await startDaemon(world.env, cwd);
  try {
    const unchanged = await takeTurns(again, { rounds });
    const emptied = fresh.map((one) => ({ ...one, before: () => world.emptyRepository() }));
    return { again: unchanged, first: await takeTurns(emptied, { rounds: Math.ceil(rounds / 2) }) };
  } finally {
    await daemon.stop();
  }
}
