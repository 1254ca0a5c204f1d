import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Secret } from '@umbracore/contracts';
import { checkRepository, nothingRemembered, openRepository } from '@umbracore/restic-reader';
import { buildCli, umbra } from '../dev/bundle.mjs';
import { fetchedRestic, findRestic, testVersions } from '../restic.mjs';
import { makeRepository } from '../testing/light-key.mjs';
import { numbersFrom, writeFiles } from './files.mjs';
import { comparison, takeTurns, timed } from './rounds.mjs';
import { childrenCpuMs, spawnCost } from './spawn-cost.mjs';

const tree = { count: 10_000, meanBytes: 30_000, seed: 19 };
const changedEachTime = tree.count / 100;
const snapshots = 30;
const password = 'correct horse';

/** A repository whose key costs nothing to open, so that only checking is compared; and a change of 1 % with its backup. */
async function makeStage(folder, restic) {
  const at = (name) => join(folder, name);
  mkdirSync(at('source'));
  writeFiles(at('source'), tree);
  makeRepository(at('repository'), password, 2);
  const env = { PATH: process.env.PATH, HOME: folder, RESTIC_PASSWORD: password };
  const call = (...args) => {
    // Its cache is warm, as it is in daily use, but a check makes one of its own unless told otherwise: both are measured.
    const options = ['-r', at('repository'), '--cache-dir', at('cache'), ...args];
    return spawnCost(restic, options, { env, cwd: folder, keepOutput: true });
  };
  const next = numbersFrom(23);
  const backUp = async () => {
    for (let count = 0; count < changedEachTime; count += 1) {
      const file = next() % tree.count;
      const content = Buffer.alloc(tree.meanBytes, next().toString(36));
      writeFileSync(join(at('source'), `folder-${Math.floor(file / 100)}`, `changed-${file}`), content);
    }
    await call('backup', '--quiet', at('source'));
  };
  for (let count = 0; count < snapshots; count += 1) await backUp();
  const masterKey = (await call('--no-lock', 'cat', 'masterkey')).stdout;
  return { at, call, backUp, masterKey };
}

/** The check as the product has it carried out: in a process of its own, with what it remembers in a file. */
async function inProcess({ path, memory, masterKey, read }) {
  const program = join(dirname(umbra), 'check-process.js');
  const [cpuBefore, startedAt] = [childrenCpuMs(), performance.now()];
  const child = spawn(process.execPath, ['--no-warnings', program], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify({ path, masterKey, memory, indexDir: `${memory}-index`, scope: { read } })}\n`);
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) output += chunk;
  if (child.exitCode === null) await once(child, 'exit');
  const wallMs = performance.now() - startedAt;
  const last = JSON.parse(output.trim().split('\n').at(-1));
  if (last.report?.sound !== true) throw new Error(output.slice(-1000));
  return { wallMs, cpuMs: childrenCpuMs() - cpuBefore };
}

/** What the check after every backup costs, beside restic's own check of the same repository. */
export const bench = {
  title: `Verifying 10,000 files in ${snapshots} snapshots and more, 1 % new`,
  ours: 'umbra',
  yardstick: 'restic',
  rounds: 7,
  async run({ folder, rounds, note }) {
    await buildCli();
    const restic = fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
    const { at, call, backUp, masterKey } = await makeStage(folder, restic);
    note(restic);
    const path = at('repository');
    const check = (memory, read) => inProcess({ path, memory: at(memory), masterKey, read });
    await check('first', 'all');
    let remembered = nothingRemembered;
    const checkHere = async () => {
      const repository = await openRepository(path, { password: new Secret(password) });
      const checked = await checkRepository(repository, remembered, { read: 'new', now: () => Date.now() });
      await repository[Symbol.asyncDispose]();
      if (checked.findings.problems.length > 0) throw new Error(checked.findings.problems[0]);
      ({ remembered } = checked);
    };
    await checkHere();
    const costs = await takeTurns(
      [
        { before: backUp, work: () => check('first', 'new') },
        { work: () => call('check') },
        { before: backUp, work: () => timed(checkHere) },
        { work: () => call('check', '--with-cache') },
        { before: () => rmSync(at('nothing'), { force: true }), work: () => check('nothing', 'all') },
        { work: () => call('check', '--read-data') },
        { work: () => check('first', 'all') },
      ],
      { rounds },
    );
    return [
      // What has a low priority waits for whoever else is there: the time on a processor is its own.
      comparison('what is new, beside its check, CPU', costs.slice(0, 2), { cost: 'cpuMs', goal: { ratio: 0.1 } }),
      comparison('  until it is there', costs.slice(0, 2)),
      comparison('  the same beside one with its cache', [costs[0], costs[3]]),
      comparison('  without a process of its own', [costs[2], costs[1]]),
      comparison('all bytes again, beside all data read, CPU', [costs[6], costs[5]], {
        cost: 'cpuMs',
        goal: { ratio: 0.25 },
      }),
      comparison('  until it is there', [costs[6], costs[5]]),
      comparison('  with nothing known before', costs.slice(4, 6)),
    ];
  },
};
