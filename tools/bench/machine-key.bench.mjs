import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { umbra } from '../dev/bundle.mjs';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { startDaemon } from './daemon/start-daemon.mjs';
import { numbersFrom, writeFiles } from './files.mjs';
import { performedBackup } from './overhead/performed-command.mjs';
import { makeWorld } from './overhead/world.mjs';
import { newRepository } from './new-repository.mjs';
import { comparison, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';

const tree = { count: 10_000, meanBytes: 2_000, seed: 7 };
const small = { count: 100, meanBytes: 2_000, seed: 8 };
const names = Array.from({ length: 8 }, (_, n) => `number-${n + 1}`);

/** What a machine key saves: restic with its password is the yardstick throughout. Where nothing else is said nothing has changed since the last backup. */
export const bench = {
  title: 'With a machine key',
  ours: 'machine key',
  yardstick: 'password',
  rounds: 9,
  async run({ folder, rounds, note }) {
    const restic = fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
    note(restic);
    return [...(await one(folder, restic, rounds)), ...(await eight(folder, restic, rounds))];
  },
};

async function one(folder, restic, rounds) {
  const world = makeWorld(place(folder, 'one'), restic);
  writeFiles(world.source, tree);
  world.reset();
  const call = (...args) => spawnCost(process.execPath, [umbra, ...args], { env: world.env, cwd: world.folder });
  await call('run', 'documents');
  const { program, args, env } = await performedBackup(world, restic, (own) =>
    spawnCost(process.execPath, [umbra, 'run', 'documents'], { env: own, cwd: world.folder }),
  );
  const bare = { work: () => spawnCost(program, args, { env, cwd: world.folder }) };
  const secret = join(world.env.UMBRA_STATE_DIR, 'secrets', 'home.machine-key');
  await call('repo', 'machine-key', 'add', 'home');
  const reading = (...flags) => ({
    work: () => spawnCost(restic, [...access(world, flags), '--no-lock', '--json', 'snapshots'], { env, cwd: folder }),
  });
  const floor = await takeTurns(
    [
      reading(`--password-file=${secret}`, `--key-hint=${machineKeyIn(world)}`),
      reading(`--password-file=${join(world.folder, 'password')}`),
    ],
    { rounds },
  );
  const run = { work: () => call('run', 'documents') };
  const again = await takeTurns([run, bare], { rounds });
  const changed = { before: rewriterOfOnePercent(world.source) };
  const onePercent = await takeTurns(
    [
      { ...changed, ...run },
      { ...changed, ...bare },
    ],
    { rounds },
  );
  const daemon = await startDaemon(world.env, world.folder);
  try {
    const through = await takeTurns([run, bare], { rounds });
    return [
      comparison('restic snapshots --no-lock', floor, { goal: { ratio: 0.1 } }),
      comparison('umbra run, 10,000 files', again, { goal: { ratio: 0.6 } }),
      comparison('  CPU', again, { cost: 'cpuMs' }),
      comparison('umbra run, 100 of them rewritten', onePercent, { goal: { ratio: 0.6 } }),
      comparison('the same through the daemon', through, { goal: { ratio: 0.6 } }),
    ];
  } finally {
    await daemon.stop();
  }
}

/** Gives every hundredth file content that it never had; the same files each time, so that the yardstick's parent stays as good as ours. */
function rewriterOfOnePercent(source) {
  const next = numbersFrom(11);
  return () => {
    for (let n = 0; n < tree.count; n += 100) {
      const content = Buffer.alloc(tree.meanBytes, `${next().toString(36)} ${next().toString(36)}\n`);
      writeFileSync(join(source, `folder-${n / 100}`, `file-${n}.txt`), content);
    }
  };
}

const access = ({ folder }, flags) => [
  `--repo=${join(folder, 'repository')}`,
  `--cache-dir=${join(folder, 'cache')}`,
  ...flags,
];

/** Of two keys the one that was not there at first. */
function machineKeyIn({ folder }) {
  const keys = (name) => readdirSync(join(folder, name, 'keys'));
  const first = new Set(keys('empty'));
  return keys('repository').find((id) => !first.has(id));
}

/** Eight jobs to eight repositories at the same time, as a chain starts them, beside eight calls of restic in a row. */
async function eight(folder, restic, rounds) {
  const own = place(folder, 'eight');
  for (const name of ['home', 'tmp', 'source']) mkdirSync(join(own, name));
  writeFiles(join(own, 'source'), small);
  const password = join(own, 'password');
  writeFileSync(password, 'correct horse battery staple\n', { mode: 0o600 });
  writeFileSync(join(own, 'umbra.yaml'), configuration(own, password));
  const env = {
    PATH: process.env.PATH,
    HOME: join(own, 'home'),
    TMPDIR: join(own, 'tmp'),
    UMBRA_CONFIG: join(own, 'umbra.yaml'),
    UMBRA_STATE_DIR: join(own, 'state'),
    UMBRA_CACHE_DIR: join(own, 'cache'),
    UMBRA_RESTIC: restic,
    LANG: 'C.UTF-8',
  };
  const call = (...args) => spawnCost(process.execPath, [umbra, ...args], { env, cwd: own });
  for (const name of names) {
    newRepository(restic, join(own, name), password, 3);
    await call('repo', 'machine-key', 'add', name);
  }
  const daemon = await startDaemon(env, own);
  try {
    await call('run', 'all');
    const flags = [`--password-file=${password}`, `--cache-dir=${join(own, 'cache')}`, '--json', '--quiet'];
    const inARow = async () => {
      const cost = { wallMs: 0, cpuMs: 0 };
      for (const name of names) {
        const one = await spawnCost(restic, [`--repo=${join(own, name)}`, ...flags, 'backup', join(own, 'source')], {
          env,
          cwd: own,
        });
        cost.wallMs += one.wallMs;
        cost.cpuMs += one.cpuMs ?? 0;
      }
      return cost;
    };
    const costs = await takeTurns([{ work: () => call('run', 'all') }, { work: inARow }], {
      rounds: Math.ceil(rounds / 2),
    });
    return [comparison('eight jobs to eight repositories', costs, { goal: { ratio: 0.12 } })];
  } finally {
    await daemon.stop();
  }
}

const configuration = (folder, password) => `daemon: { concurrency: 9 }
repositories:
${names.map((name) => `  ${name}: { url: ${join(folder, name)}, password: 'file:${password}' }`).join('\n')}
jobs:
${names.map((name) => `  job-${name}: { sources: ${join(folder, 'source')}, repository: ${name}, verify: { afterBackup: none } }`).join('\n')}
chains:
  all: { steps: [{ parallel: [${names.map((name) => `job-${name}`).join(', ')}] }] }
`;

function place(folder, name) {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}
