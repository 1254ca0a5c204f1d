import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineRepository, openRuntime } from '@umbracore/runtime';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { replaceKeys } from '../testing/light-key.mjs';
import { withSyntheticHistory } from './catalog/synthetic-history.mjs';
import { numbersFrom, writeFiles } from './files.mjs';
import { comparison, single, takeTurns, timed } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';
import { quantile } from './statistics.mjs';

// `UMBRA_BENCH_FILES=1000000 UMBRA_BENCH_SNAPSHOTS=2 UMBRA_BENCH_SYNTHETIC=98 npm run bench -- catalog --rounds 1` takes its time:
// restic makes the first snapshots, and the others are told to the catalog alone.
const tree = { count: Number(process.env.UMBRA_BENCH_FILES ?? 20_000), meanBytes: 200, seed: 23, inFolder: 40 };
const isLarge = tree.count >= 100_000;
const snapshots = Number(process.env.UMBRA_BENCH_SNAPSHOTS ?? 8);
const synthetic = Number(process.env.UMBRA_BENCH_SYNTHETIC ?? 0);
const folderOf = (n) => `folder-${Math.floor(n / tree.inFolder)}`;
const password = 'correct horse';

/** A source, its repository with a key that costs nothing, and a runtime that knows it. */
async function makeWorld(folder, restic) {
  const [source, repository] = [join(folder, 'source'), join(folder, 'repository')];
  mkdirSync(source);
  writeFiles(source, tree);
  const call = async (...args) => {
    const env = { PATH: process.env.PATH, HOME: folder, RESTIC_PASSWORD: password };
    const options = ['-r', repository, '--cache-dir', join(folder, 'cache'), ...args];
    return spawnCost(restic, options, { env, cwd: folder, keepOutput: true });
  };
  await call('init');
  replaceKeys(repository, (await call('--no-lock', 'cat', 'masterkey')).stdout, password);
  writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
  const place = { stateDir: join(folder, 'state'), env: { ...process.env, UMBRA_CACHE_DIR: join(folder, 'umbra') } };
  const runtime = await openRuntime({ ...place, logLevel: 'silent' });
  const definition = defineRepository({
    name: 'home',
    location: repository,
    password: `file:${join(folder, 'password')}`,
    catalogBytes: 2 ** 34,
  });
  const next = numbersFrom(5);
  const backUp = () => call('backup', '--quiet', '--host', 'bench', source);
  /** Rewrites one file in a hundred, wherever it is, or those that lie beside each other. */
  const change = async (beside = false) => {
    const start = next() % tree.count;
    for (let count = tree.count / 100; count > 0; count -= 1) {
      const n = (beside ? start + count : next()) % tree.count;
      const name = `file-${n}.${n % 2 === 0 ? 'txt' : 'jpg'}`;
      writeFileSync(join(source, folderOf(n), name), `changed ${next()}`);
    }
    await backUp();
  };
  return { runtime, definition, source, call, backUp, change };
}

/** What the slowest but one in a hundred takes of many listings of a folder of some snapshot. */
async function slowListing({ catalog, source }) {
  const next = numbersFrom(7);
  const ids = catalog.snapshots().map(({ id }) => id);
  const costs = [];
  for (let count = 0; count < 2000; count += 1) {
    const folder = join(source, folderOf(next() % tree.count));
    const id = ids[next() % ids.length];
    costs.push(await timed(() => expectFound(catalog.folder(id, folder), tree.inFolder)));
  }
  const slow = (cost) =>
    quantile(
      costs.map((one) => one[cost]),
      0.99,
    );
  return { wallMs: slow('wallMs'), cpuMs: slow('cpuMs') };
}

const fillWith = (runtime, definition, backend) => runtime.catalogs.catchUp(definition, { backend });

/** A single one would be over before the clocks have moved. */
const searches = 10;

async function findOften(catalog, pattern) {
  for (let count = 0; count < searches; count += 1) expectFound([...catalog.find({ pattern, ignoreCase: false })], 1);
}

function expectFound(hits, wanted) {
  if (hits.length < wanted) throw new Error(`${hits.length} hits instead of ${wanted}`);
}

/** What a snapshot has, asked of the catalog and of restic. */
export const bench = {
  title: `The catalog of ${tree.count} files`,
  ours: 'catalog',
  yardstick: 'restic',
  rounds: 3,
  async run({ folder, rounds, note }) {
    const restic = fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
    note(restic);
    const world = await makeWorld(folder, restic);
    const { runtime, definition, source, call, backUp, change } = world;
    const catchUp = () => runtime.catalogs.catchUp(definition);
    const backend = await runtime.repositories.backend(definition);
    const newest = async () => (await backend.snapshots({})).at(-1).id;

    await backUp();
    // Its second opening has a warm cache, as in daily use.
    await catchUp();
    runtime.catalogs.remove(definition);
    const first = [
      { before: () => runtime.catalogs.remove(definition), work: () => timed(catchUp) },
      { work: () => call('--no-lock', '--json', 'ls', 'latest') },
    ];
    // What takes an hour is done once.
    const turns = { rounds, warmUps: synthetic > 0 ? 0 : 1 };
    const builds = await takeTurns(first, turns);
    for (let count = 2; count < snapshots; count += 1) await change();
    await catchUp();
    const afterChange = [
      { before: () => change(), work: () => timed(catchUp) },
      { work: async () => call('--no-lock', '--json', 'ls', await newest()) },
    ];
    const catchUps = await takeTurns(afterChange, turns);

    const afterWork = [{ ...afterChange[0], before: () => change(true) }, afterChange[1]];
    const workdays = await takeTurns(afterWork, turns);

    const [whole] = await takeTurns(
      [
        {
          work: () => timed(async () => fillWith(runtime, definition, await withSyntheticHistory(backend, synthetic))),
        },
      ],
      { rounds: 1, warmUps: 0 },
    );
    const catalog = runtime.catalogs.find(definition);
    const taken = catalog.snapshots().length;
    const listing = [
      { work: () => slowListing({ catalog, source }) },
      { work: async () => call('--no-lock', '--json', 'ls', await newest(), join(source, 'folder-7')) },
    ];
    const lists = await takeTurns(listing, { rounds });
    const pattern = `file-${Math.floor(tree.count / 3)}*`;
    const finding = [
      { work: () => timed(() => findOften(catalog, pattern), { times: searches }) },
      { work: () => call('--no-lock', '--json', 'find', pattern) },
    ];
    const finds = await takeTurns(finding, turns);
    const size = catalog.bytes;
    await runtime[Symbol.asyncDispose]();
    const bytes = size / (tree.count + Math.ceil(tree.count / tree.inFolder));
    return [
      // restic takes the longer the more there is; a look or a search hardly does.
      comparison('one folder of any snapshot, 99 of 100 times', lists, { goal: { ratio: isLarge ? 0.001 : 0.01 } }),
      // Whatever else the machine does takes its time away from one of a hundred.
      single(
        '  CPU',
        lists[0].map(({ cpuMs }) => cpuMs),
        { goal: { value: 1 } },
      ),
      comparison('a name in all snapshots', finds, { goal: { ratio: isLarge ? 0.0001 : 0.001 } }),
      single(
        '  CPU',
        finds[0].map(({ cpuMs }) => cpuMs),
        { goal: { value: 10 } },
      ),
      comparison('taking in a change of 1 %, in few folders', workdays),
      comparison('  CPU', workdays, { cost: 'cpuMs', goal: { ratio: 0.15 } }),
      comparison('taking in a change of 1 %, in a third of them', catchUps),
      comparison('  CPU', catchUps, { cost: 'cpuMs', goal: { ratio: 0.15 } }),
      comparison('taking in the first snapshot', builds),
      comparison('  CPU', builds, { cost: 'cpuMs' }),
      ...(synthetic === 0
        ? []
        : [
            single(
              `taking in ${synthetic} snapshots of synthetic changes, each`,
              whole.map(({ cpuMs }) => cpuMs / synthetic),
            ),
          ]),
      single(`its size for each path, ${taken} snapshots`, [bytes], { unit: 'B', goal: { value: 130 } }),
    ];
  },
};
