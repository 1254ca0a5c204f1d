import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { umbraProgram, World } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new World();
});
afterAll(() => world[Symbol.dispose]());

const lines = (text: string): string[] => text.trimEnd().split('\n');

test('--help and --version answer', async () => {
  const help = await world.umbra('--help');
  expect(help.code).toBe(0);
  expect(lines(help.stdout).length).toBeLessThanOrEqual(45);
  const version = await world.umbra('--version');
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(version.stderr).toBe('');
});

test('what every call has to read first is small: one import too many brings the whole program into it', () => {
  expect(statSync(umbraProgram).size).toBeLessThan(20_000);
});

test('none of its files holds a sign for which the engine would keep it at double size', () => {
  const folder = dirname(umbraProgram);
  const names = globSync('**/*.{js,cjs}', { cwd: folder });
  expect(names).toContain(basename(umbraProgram));
  const isPlain = (name: string): boolean => !/[\u0080-\u00ff]/.test(readFileSync(join(folder, name), 'latin1'));
  expect(names.filter((name) => !isPlain(name))).toEqual([]);
});

test('what was compiled is kept for this user alone, for each command; without it, or damaged, all is the same', async () => {
  using own = new World();
  const cache = own.makeFolder('cache-of-code');
  Object.assign(own.env, { UMBRA_CACHE_DIR: cache, NODE_COMPILE_CACHE: '' });
  const folder = join(cache, 'compiled', `umbra-${process.version}-${process.geteuid?.()}`);
  const kept = (name: string): string => join(folder, name);
  const run = () => own.umbra('run', 'documents', '--quiet');
  const history = () => own.umbra('history', '--limit', '1', '--json');
  own.write('a', 'content');
  expect(await run()).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await history();
  for (const name of ['run.code', 'main-history.code']) {
    expect([name, statSync(kept(name)).mode & 0o777]).toEqual([name, 0o600]);
    writeFileSync(kept(name), readFileSync(kept(name)).fill(0, 1_000_000, 1_000_064));
  }
  expect(await history()).toMatchObject({ code: 0, stdout, stderr: '' });
  expect(await history()).toMatchObject({ code: 0, stdout, stderr: '' });
  expect(await run()).toMatchObject({ code: 0, stderr: '' });
  expect(await own.umbra('histroy')).toMatchObject({ code: 2 });
  expect(existsSync(kept('main-histroy.code'))).toBe(false);
  for (const name of ['run.code', 'main-history.code']) rmSync(kept(name));
  expect((await own.umbra('run', '--help')).code).toBe(0);
  expect((await run()).code).toBe(0);
  // The first of a run, and none of its help.
  expect(readFileSync(kept('run.code'))[32]).toBe(1);
  // As somebody has it who calls it with the home folder of another user.
  chmodSync(folder, 0o777);
  expect(await history()).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(kept('main-history.code'))).toBe(false);
});

test('a slip gets a suggestion in few lines and exit code 2', async () => {
  const { code, stdout, stderr } = await world.umbra('stauts');
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(lines(stderr).length).toBeLessThanOrEqual(6);
  expect(stderr).toContain('Did you mean status?');
});

test('help names what it would have as it has to be asked for', async () => {
  const { code, stderr } = await world.umbra('help', 'repo', 'kti');
  expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean repo kit?')]);
});

test('a name that holds what a terminal would obey is shown, not obeyed', async () => {
  world.configure('    tags: ["a\\e[31mb"]\n');
  const { stdout } = await world.umbra('job', 'list');
  world.configure();
  expect(stdout).toContain('a\\x1b[31mb');
});

test('under --json an error is a document on standard error', async () => {
  const { code, stdout, stderr } = await world.umbra('run', 'documnets', '--json');
  expect(code).toBe(2);
  expect(stdout).toBe('');
  const error: unknown = JSON.parse(stderr);
  expect(problemsOf('error', error)).toEqual([]);
  expect(error).toMatchObject({ code: 'usage.unknown-job', exitCode: 2, hint: 'Did you mean documents?' });
});

test.each([['status'], ['run'], ['history'], ['snapshots'], ['config', 'check'], ['config', 'path'], ['doctor']])(
  'without a configuration %s %s ends with 4',
  async (...args) => {
    const command = args.filter((word) => word !== undefined);
    const { code, stderr, stdout } = await world.start(command, {
      env: { UMBRA_CONFIG: '' },
      cwd: world.makeFolder('empty'),
    }).ended;
    expect(code).toBe(4);
    expect(stderr + stdout).toContain('no configuration was found');
  },
);

test('doctor without a configuration looks at everything else and says what is next', async () => {
  const options = { env: { UMBRA_CONFIG: '' }, cwd: world.makeFolder('empty') };
  const { code, stdout } = await world.start(['doctor'], options).ended;
  expect(code).toBe(4);
  expect(stdout).toMatch(/✘ config .*\n.*umbra init/);
  for (const area of ['restic', 'state', 'clock']) expect(stdout).toMatch(new RegExp(`✔ ${area} `));
});

test.each([
  [['st'], ['status']],
  [['run', 'doc'], ['documents']],
  [['run', '--verify', 's'], ['sample']],
  [['run', '--verify=s'], ['sample']],
  [['restore', 'doc'], ['documents@latest']],
  [['restore', 'documents@l'], ['@latest']],
  [['snapshots', '--repository', ''], ['home']],
  [
    ['job', ''],
    ['list', 'show', 'add', 'remove'],
  ],
  [['run', '$(touch', 'evaluated)'], []],
])('completion in a bare bash: %j', async (words, offered) => {
  const { stdout: script } = await world.umbra('completion', 'bash');
  const line = ['umbra', ...words].join(' ');
  // What the shell does at the tab key, without a terminal; seen with bash 5.2.
  const replaced = /(?:@[^ @]*|[^ =@]*)$/.exec(line)?.[0] ?? '';
  const tab = `umbra() { "$NODE" "$UMBRA" "$@"; }
    COMP_LINE='${line}' COMP_POINT=${line.length} && __umbra_complete umbra '${replaced}'
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const answer = execFileSync('bash', ['--norc', '--noprofile', '-c', `${script}${script}${tab}`], {
    env: { ...world.env, NODE: process.execPath, UMBRA: umbraProgram },
    cwd: world.folder,
    encoding: 'utf8',
  });
  expect(answer.split('\n').filter(Boolean)).toEqual(offered);
  expect(existsSync(world.at('evaluated'))).toBe(false);
});

test.each(['bash', 'zsh', 'fish'])('the script for %s is on standard output', async (shell) => {
  const { stdout, stderr } = await world.umbra('completion', shell);
  expect([stdout, stderr]).toEqual([expect.stringContaining('complete --'), '']);
});

test('an invalid configuration ends with 4 and every problem with its place', async () => {
  const broken = world.at('broken.yaml');
  writeFileSync(
    broken,
    'repositories: { home: /r }\njobs:\n  a: { souces: /s }\n  b: { sources: /s, schedule: daily at 25:00 }\n',
  );
  const human = await world.umbra('status', '-c', broken);
  expect([human.code, human.stdout]).toEqual([4, '']);
  expect(human.stderr).toContain('did you mean "sources"');
  expect(human.stderr).toContain('broken.yaml:4:');
  const machine = await world.umbra('status', '-c', broken, '--json');
  const error = JSON.parse(machine.stderr) as { problems: readonly { line: number }[] };
  expect(problemsOf('error', error)).toEqual([]);
  expect(error.problems.map(({ line }) => line)).toEqual([3, 4]);
});

test('unknown names end with 2', async () => {
  for (const args of [
    ['run', 'nope'],
    ['status', 'nope'],
    ['history', 'nope'],
    ['repo', 'show', 'nope'],
    ['show', 'r-NOPE'],
  ]) {
    expect([args, (await world.umbra(...args)).code]).toEqual([args, 2]);
  }
});

test('nothing is asked where nobody can answer', async () => {
  world.write('a.txt', 'a');
  const { code, stderr } = await world.umbra('job', 'remove', 'documents');
  expect(code).toBe(2);
  expect(stderr).toContain('-y');
});

test('the shortest configuration: repo create makes the password that it does not name, and only with the repository', async () => {
  const config = world.at('short.yaml');
  const [url, password] = [world.at('short-repository'), world.at('state', 'secrets', 'main.password')];
  const umbra = (...args: string[]): ReturnType<World['umbra']> => world.umbra(...args, '-c', config);
  writeFileSync(
    config,
    `repositories: { main: ${world.at('password')}/in-a-file }\njobs: { a: { sources: ${world.source} } }\n`,
  );
  expect((await umbra('repo', 'create', 'main')).code).not.toBe(0);
  expect(existsSync(password)).toBe(false);
  writeFileSync(config, `repositories: { main: ${url} }\njobs: { a: { sources: ${world.source} } }\n`);
  const created = await umbra('repo', 'create', 'main');
  expect([created.code, created.stdout]).toEqual([0, expect.stringContaining(password)]);
  expect(readFileSync(password, 'utf8')).toMatch(/^[\w-]{64}\n$/);
  expect(statSync(password).mode & 0o777).toBe(0o600);
  world.write('a.txt', 'a');
  expect((await umbra('run', 'a', '--quiet')).code).toBe(0);
  const before = readFileSync(password, 'utf8');
  expect((await umbra('repo', 'create', 'main')).code).not.toBe(0);
  expect(readFileSync(password, 'utf8')).toBe(before);
});

test('a job of an included file is taken out of that file, and the refusal names it', async () => {
  const [config, included] = [world.at('main.yaml'), world.at('included.yaml')];
  writeFileSync(included, `jobs: { b: { sources: ${world.source} } }\n`);
  writeFileSync(
    config,
    `include: [included.yaml]\nrepositories: { main: /r }\njobs: { a: { sources: ${world.source} } }\n`,
  );
  const { code, stderr } = await world.umbra('job', 'remove', 'b', '-y', '-c', config);
  expect(code).toBe(2);
  expect(stderr).toContain(`Take it out of ${included}.`);
});

test.each([
  ['UMBRA_STATE_DIR', '/proc/x', '/proc/x'],
  ['UMBRA_CACHE_DIR', '/dev/fd/x', '/dev/fd/x'],
  ['TMPDIR', '/proc/x', `/proc/x/umbra-${process.getuid?.()}`],
])('a folder that can never be made is refused at once: %s=%s', async (variable, value, folder) => {
  for (const args of [['status'], ['run', 'documents'], ['daemon', 'run']]) {
    const { code, stderr } = await world.start(args, { env: { [variable]: value } }).ended;
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(`no folder can be made at ${folder}`)]);
    expect(stderr).toContain(`Set ${variable} to`);
  }
});
