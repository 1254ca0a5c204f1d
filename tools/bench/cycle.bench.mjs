// oxlint-disable typescript/await-thenable -- outside of a TypeScript project the rule does not know Symbol.asyncDispose
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { umbra } from '../dev/bundle.mjs';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { borgmaticNight } from './cycle/borgmatic-night.mjs';
import { startDaemon } from './daemon/start-daemon.mjs';
import { numbersFrom, writeFiles } from './files.mjs';
import { makeWorld } from './overhead/world.mjs';
import { comparison, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';

const tree = { count: 10_000, meanBytes: 20_000, seed: 11 };
/** Snapshots that stay; there are as many before the first round. */
const kept = 8;
const changedPerCycle = tree.count / 100;

const configuration = ({ at, verify, steps }) => `repositories:
  home:
    url: ${at('repository')}
    password: file:${at('password')}
jobs:
  documents:
    sources: ${at('source')}
    verify: { afterBackup: ${verify} }
  tidy:
    forget: { last: ${kept} }
  look:
    check: true
chains:
  nightly:
    steps: [${steps}]
`;

/**
 * One night: a backup after a change of 1 %, a forget, a check, a look at the snapshots; beside a script of restic's commands, and
 * beside borgmatic where it can be had.
 */
export const bench = {
  title: 'A night: backup of 10,000 files, 1 % changed, forget, check, list',
  ours: 'umbra',
  yardstick: 'shell script',
  rounds: 5,
  async run({ folder, rounds, note }) {
    const restic = fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
    const script = shellNight(folder, restic);
    const byRestic = { verify: 'none', steps: 'documents, tidy, look' };
    const inProcess = { verify: 'metadata', steps: 'documents, tidy' };
    const borgmatic = await borgmaticNight(night(folder, 'borgmatic', restic), kept);
    if (borgmatic === undefined) note('borgmatic cannot be had here: not compared');
    const ours = [];
    try {
      ours.push(await umbraNight(folder, restic, { name: 'proven', ...inProcess }));
      ours.push(await umbraNight(folder, restic, { name: 'same', machineKey: true, ...byRestic }));
      ours.push(await umbraNight(folder, restic, { name: 'both', machineKey: true, ...inProcess }));
      note(`${tree.count} files, ${kept} snapshots, ${restic}`);
      return await compareNights({ script, borgmatic, ours }, rounds);
    } finally {
      for (const { stop } of ours) await stop();
    }
  },
};

async function compareNights({ script, borgmatic, ours }, rounds) {
  const nights = [script, ...ours, ...(borgmatic === undefined ? [] : [borgmatic])];
  for (let night = 0; night < kept; night += 1) {
    for (const one of nights) {
      one.before();
      await one.work();
    }
  }
  const [yardstick, ...costs] = await takeTurns(nights, { rounds });
  const rows = [
    ['all that is new proven, in process', 0.65],
    ['the same steps by restic, machine key', 0.65],
    ['all that is new proven, machine key', 0.4],
  ];
  const peer = costs[ours.length];
  return [
    ...rows.map(([name, ratio], place) => comparison(name, [costs[place], yardstick], { goal: { ratio } })),
    ...(peer === undefined ? [] : [comparison('the first of these, beside borgmatic', [costs[0], peer])]),
  ];
}

/** Source, repository and home of one contestant, and a change of 1 % of its files. */
function night(folder, name, restic) {
  const place = join(folder, name);
  mkdirSync(place);
  const world = makeWorld(place, restic);
  writeFiles(world.source, tree);
  world.reset();
  const next = numbersFrom(tree.seed);
  const files = readdirSync(world.source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const before = () => {
    for (let n = 0; n < changedPerCycle; n += 1) {
      const file = files[next() % files.length];
      writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from(`${next()}\n`)]));
    }
  };
  return { world, place, before };
}

function shellNight(folder, restic) {
  const { world, place, before } = night(folder, 'script', restic);
  const at = (name) => join(place, name);
  const call = `'${restic}' --repo='${at('repository')}' --password-file='${at('password')}' --cache-dir='${at('cache')}'`;
  const commands = [
    `${call} backup --json '${world.source}'`,
    `${call} forget --keep-last ${kept}`,
    `${call} check`,
    `${call} snapshots --json`,
  ];
  return { before, work: () => spawnCost('/bin/sh', ['-ec', commands.join('\n')], { env: world.env, cwd: place }) };
}

async function umbraNight(folder, restic, { name, machineKey = false, ...jobs }) {
  const { world, place, before } = night(folder, name, restic);
  const { env } = world;
  writeFileSync(env.UMBRA_CONFIG, configuration({ at: (file) => join(place, file), ...jobs }));
  const call = (...args) => [umbra, ...args];
  if (machineKey)
    await spawnCost(process.execPath, call('repo', 'machine-key', 'add', 'home', '--yes'), { env, cwd: place });
  const daemon = await startDaemon(env, place);
  return {
    before,
    async work() {
      const run = await spawnCost(process.execPath, call('run', 'nightly'), { env, cwd: place });
      const list = await spawnCost(process.execPath, call('snapshots', 'documents'), { env, cwd: place });
      return { wallMs: run.wallMs + list.wallMs };
    },
    stop: () => daemon.stop(),
  };
}
