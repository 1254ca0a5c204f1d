// Measures this checkout against what it is built on: `npm run bench`, or `npm run bench -- startup --rounds 5`.
import { fork } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, say } from '../dev/process.mjs';
import { legend, rule, section, verdict } from './table.mjs';

const folder = import.meta.dirname;
const order = [
  'startup',
  'daemon',
  'overhead',
  'cycle',
  'decode',
  'record',
  'listing',
  'native',
  'machine-key',
  'catalog',
  'schedule',
  'throttle',
];
const rank = (name) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
const names = globSync('*.bench.mjs', { cwd: folder })
  .map((file) => file.replace('.bench.mjs', ''))
  .toSorted((a, b) => rank(a) - rank(b));

const { positionals, values } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string' } } });
const unknown = positionals.find((name) => !names.includes(name));
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
if (unknown !== undefined || !(rounds === undefined || (Number.isInteger(rounds) && rounds > 0))) {
  say(`Usage: npm run bench -- [NAME…] [--rounds N]\nNames: ${names.join(', ')}`);
  process.exit(2);
}

/** Each bench has a process and a folder of its own: none inherits another's heap, caches or files. */
function runBench(name) {
  const scratch = mkdtempSync(join(tmpdir(), `umbra-bench-${name}-`));
  const child = fork(join(folder, 'bench-process.mjs'), [name, scratch, String(rounds ?? '')], {
    // Packages are taken from their sources. SQLite is announced as experimental.
    execArgv: ['--conditions=@umbra/source', '--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let result;
  child.on('message', (message) => (result = message));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      rmSync(scratch, { recursive: true, force: true, maxRetries: 10 });
      resolve(code === 0 ? result : undefined);
    });
  });
}

const results = [];
const failed = [];
console.log(rule);
for (const name of positionals.length > 0 ? positionals : names) {
  const result = await runBench(name);
  if (result === undefined) {
    failed.push(name);
    continue;
  }
  results.push({ bench: name, ...result });
  console.log(`${section(result)}\n${rule}`);
}

console.log(legend(results.flatMap((result) => result.lines)));
if (failed.length > 0) console.log(`Could not run, see above: ${failed.join(', ')}`);

const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  kernel: release(),
  node: process.version,
  load: loadavg(),
};
const archive = join(root, '.cache', 'bench');
const file = join(archive, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`);
mkdirSync(archive, { recursive: true });
writeFileSync(file, `${JSON.stringify({ machine, results: results.map(withVerdicts) }, null, 2)}\n`);
say(`All numbers: ${file}`);

// A missed goal is for a person to judge, on a machine with nothing else to do; a bench that cannot run is a failure.
process.exitCode = failed.length > 0 ? 1 : 0;

function withVerdicts(result) {
  return { ...result, lines: result.lines.map((line) => ({ ...line, verdict: verdict(line) })) };
}
