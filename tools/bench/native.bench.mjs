import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@umbracore/contracts';
import { openRepository } from '@umbracore/restic-reader';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { addSnapshot, replaceKeys } from '../testing/light-key.mjs';
import { writeFiles } from './files.mjs';
import { comparison, takeTurns, timed } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';

const tree = { count: 10_000, meanBytes: 2_000, seed: 11 };
const snapshots = 100;
const password = 'correct horse';

/** One repository with a password as restic makes it, and its copy with one that costs nothing to open. */
async function makeRepositories(folder, restic) {
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFiles(source, tree);
  const [stock, light] = [join(folder, 'stock'), join(folder, 'light')];
  const call = async (repository, ...args) => {
    const env = { PATH: process.env.PATH, HOME: folder, RESTIC_PASSWORD: password };
    // Its cache is warm, as it is in daily use.
    const options = ['-r', repository, '--cache-dir', join(folder, 'cache'), ...args];
    return spawnCost(restic, options, { env, cwd: folder, keepOutput: true });
  };
  await call(stock, 'init');
  await call(stock, 'backup', '--quiet', source);
  const masterKey = (await call(stock, '--no-lock', 'cat', 'masterkey')).stdout;
  const [made] = JSON.parse((await call(stock, '--no-lock', '--json', 'snapshots')).stdout);
  const { encrypt, mac } = JSON.parse(masterKey);
  const master = Buffer.concat([encrypt, mac.k, mac.r].map((part) => Buffer.from(part, 'base64')));
  const { id, short_id: _, ...document } = made;
  for (let count = 1; count < snapshots; count += 1) {
    const time = new Date(Date.parse(made.time) - count * 3_600_000).toISOString();
    addSnapshot(stock, master, { ...document, time });
  }
  cpSync(stock, light, { recursive: true });
  replaceKeys(light, masterKey, password);
  return { stock, light, id, call };
}

async function readNatively(path, read, wanted) {
  const repository = await openRepository(path, { password: new Secret(password) });
  const count = await read(repository);
  await repository[Symbol.asyncDispose]();
  if (count < wanted) throw new Error(`${count} instead of ${wanted}`);
}

const countSnapshots = async (repository) => (await repository.snapshots()).length;
const countEntries = (id) => async (repository) => {
  let count = 0;
  for await (const { text } of repository.ls(id)) count += text === '' ? 0 : 1;
  return count;
};

/** What the product reads in its own process, opening included, beside the call of restic that it saves. */
export const bench = {
  title: `Reading a repository of ${snapshots} snapshots and 10,000 files`,
  ours: 'native',
  yardstick: 'restic',
  rounds: 9,
  async run({ folder, rounds, note }) {
    const restic = fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
    const { stock, light, id, call } = await makeRepositories(folder, restic);
    note(restic);
    const list = (path) => [
      { work: () => timed(() => readNatively(path, countSnapshots, snapshots)) },
      { work: () => call(path, '--no-lock', '--json', 'snapshots') },
    ];
    const ls = (path) => [
      { work: () => timed(() => readNatively(path, countEntries(id), tree.count)) },
      { work: () => call(path, '--no-lock', '--json', 'ls', id) },
    ];
    const contestants = [...list(stock), ...ls(stock), ...list(light), ...ls(light)];
    const costs = await takeTurns(contestants, { rounds });
    return [
      comparison('its snapshots, usual password', costs.slice(0, 2), { goal: { ratio: 1 } }),
      comparison('its files, usual password', costs.slice(2, 4), { goal: { ratio: 1 } }),
      comparison('its snapshots, key that costs nothing', costs.slice(4, 6), { goal: { ratio: 0.6 } }),
      comparison('its files, key that costs nothing', costs.slice(6, 8), { goal: { ratio: 0.6 } }),
      comparison('  CPU', costs.slice(6, 8), { cost: 'cpuMs' }),
    ];
  },
};
