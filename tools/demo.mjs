// The whole main job on real files, with the built program and a real restic: `npm run demo [-- PATH]`.
// Everything is kept in a folder of its own under the system's temporary folder; nothing else is written.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differences } from './demo/differences.mjs';
import { writeSampleFiles } from './demo/sample-files.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const umbra = join(root, 'apps/cli/dist/umbra.js');
const chosen = chosenSource(process.argv[2]);
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-demo-')));
const at = (...names) => join(folder, ...names);
const env = {
  ...process.env,
  UMBRA_CONFIG: at('umbra.yaml'),
  UMBRA_STATE_DIR: at('state'),
  XDG_CACHE_HOME: at('cache'),
};

/** The folder that somebody named, looked at before anything is made. */
function chosenSource(path) {
  if (path === undefined) return undefined;
  const named = resolve(process.env.INIT_CWD ?? '.', path);
  const refuse = (why) => {
    process.stderr.write(`✘ demo: ${why}\n`);
    process.exit(2);
  };
  if (!existsSync(named)) refuse(`there is no ${named} to back up`);
  const real = realpathSync(named);
  const inside = relative(real, realpathSync(tmpdir()));
  if (inside.split(sep)[0] !== '..')
    refuse(`${real} holds ${tmpdir()}, where the demo keeps its repository; set TMPDIR to a folder outside of it`);
  return real;
}

class StepFailed extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Exit code 3 means that a snapshot was made and some files could not be read: the demo goes on and says so at the end. */
const partial = 3;
let worst = 0;

function step(title) {
  process.stdout.write(`\n── ${title}\n`);
}

function run(...args) {
  process.stdout.write(`$ umbra ${args.map((arg) => (/[^\w@:/.=-]/.test(arg) ? `'${arg}'` : arg)).join(' ')}\n`);
  const { status, signal } = spawnSync(process.execPath, [umbra, ...args], { stdio: 'inherit', env });
  if (status === partial) worst = partial;
  else if (status !== 0)
    throw new StepFailed(`umbra ${args[0]} ended with ${signal ?? `exit code ${status}`}`, status ?? 1);
}

function chooseSources() {
  const generated = at('sample');
  const count = writeSampleFiles(generated);
  if (chosen === undefined)
    return {
      sources: [generated, join(root, 'packages')],
      words: `${count} generated files and this project's own packages`,
    };
  return {
    sources: [chosen, generated],
    words: `${chosen}, and ${count} generated files that the demo may change`,
  };
}

function change(sample) {
  appendFileSync(join(sample, 'letters/letter-001.txt'), 'P.S. This line was added between the two runs.\n');
  writeFileSync(join(sample, 'letters/new.txt'), 'A new file.\n');
  renameSync(join(sample, 'letters/letter-002.txt'), join(sample, 'letters/renamed.txt'));
  rmSync(join(sample, 'letters/letter-003.txt'));
}

function compare(sources, restored) {
  const found = sources.map((source) => differences(source, join(restored, source)));
  const problems = found.flatMap((one) => one.problems);
  if (problems.length > 0)
    throw new StepFailed(`the restored files differ:\n  ${problems.slice(0, 10).join('\n  ')}`, 22);
  const total = (what) => found.reduce((sum, one) => sum + one[what], 0);
  const [files, links, unread] = ['files', 'links', 'unread'].map(total);
  const words = [counted(files, 'file'), ...(links > 0 ? [counted(links, 'link')] : [])].join(' and ');
  const apart = unread > 0 ? `; ${counted(unread, 'entry', 'entries')} that cannot be read left out` : '';
  process.stdout.write(`✔ ${words} compared byte by byte with their sources: identical${apart}\n`);
}

const counted = (count, one, many = `${one}s`) => `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

function demo() {
  const { sources, words } = chooseSources();
  const sample = sources.find((source) => source.startsWith(folder)) ?? sources[0];

  step(`The plan: back up ${words}\n   repository, configuration, history: all below ${folder}`);
  run(
    'init',
    at('repository'),
    ...sources.flatMap((source) => ['--source', source]),
    '--name',
    'demo',
    '--schedule',
    'daily at 02:00',
    '--no-first-backup',
    '--yes',
  );
  run('config', 'check');

  step('The first run saves everything (slowed down, so that its progress can be seen)');
  run('run', 'demo', '--limit-upload', '12MiB/s');
  step('The second run, after one file was changed, one added, one renamed and one deleted, saves only what is new');
  change(sample);
  run('run', 'demo');
  step('Proof: every stored byte is read and checked');
  run('verify', '--read', 'all');
  step('Proof: restored into a scratch folder');
  run('restore', 'demo@latest', '--to', at('restored'), '--yes');
  compare(sources, at('restored'));

  step('How things stand');
  run('status');
  run('history');
  run('snapshots');
}

function farewell() {
  const shown = `UMBRA_CONFIG=${at('umbra.yaml')} UMBRA_STATE_DIR=${at('state')}`;
  process.stdout.write(`
The demo is kept in ${folder} (remove it with rm -r). Try next:
  export ${shown}
  npm run umbra -- ls demo@latest
  npm run umbra -- logs demo
  npm run umbra -- restore demo@-1:${at('sample', 'letters/letter-003.txt')} --to ${at('back')}
  npm run umbra -- --help
`);
}

try {
  demo();
  farewell();
  process.exitCode = worst;
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.stderr.write(`\n✘ demo: ${error.message}\n  what was made is in ${folder}\n`);
  process.exitCode = error.exitCode;
}
