import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filledTemplate } from '../src/plugin/filled-template.ts';
import { problemsOf } from './support/conforms.ts';
import { World, type Outcome } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new World();
  world.configure('    repository: home\n');
});
afterAll(() => world[Symbol.dispose]());

const template = (...path: string[]): string =>
  readFileSync(fileURLToPath(new URL(`../templates/${path.join('/')}.txt`, import.meta.url)), 'utf8');
const example = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url)), 'utf8');
const umbra = (...args: string[]): Promise<Outcome> => world.start(args, { cwd: world.folder }).ended;

function documentOf(name: string, { stdout, stderr }: Outcome): Record<string, unknown> {
  expect(stderr).toBe('');
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect([document['schema'], problemsOf(name, document)]).toEqual([`umbra.${name}/1`, []]);
  return document;
}

test.each([
  ['copy-backend/copy.ts', ['typescript', '{{name}}.ts'], 'copy'],
  ['copy-backend/copy.test.ts', ['typescript', '{{name}}.test.ts'], 'copy'],
  ['python-backend/py-copies.py', ['python', '{{name}}.py'], 'py-copies'],
])('the example %s is what `plugin new` writes', (path, from, name) => {
  expect(filledTemplate(template(...from), { name, version: '1' })).toBe(example(path));
});

test('a name that the language needs is no variable', () => {
  expect(filledTemplate('const {{identifier}} = 1', { name: 'new', version: '1' })).toBe('const newBackend = 1');
  expect(filledTemplate('const {{identifier}} = 1', { name: 'my-tape', version: '1' })).toBe('const myTape = 1');
});

describe('a plug-in that was just made', () => {
  test('is a working backend', async () => {
    expect(documentOf('plugin-new', await umbra('plugin', 'new', 'tape', '--json'))).toMatchObject({ plugin: 'tape' });
    const checked = await umbra('plugin', 'check', './tape/tape.ts', '--json');
    const { ok, cases } = documentOf('plugin-check', checked) as { ok: boolean; cases: { outcome: string }[] };
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect([checked.code, ok]).toEqual([0, true]);
    expect(cases.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(25);
    const { code, stderr } = await umbra('plugin', 'new', 'tape');
    expect([code, stderr]).toEqual([2, expect.stringContaining('tape is there already')]);
  });

  test('fails its check when it does something wrong', async () => {
    const file = world.at('tape', 'tape.ts');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      world.at('tape', 'wrong.ts'),
      text.replace('restoring(spec, live)', 'restoring({ ...spec, include: [] }, live)'),
    );
    const { code, stdout } = await umbra('plugin', 'check', './tape/wrong.ts');
    expect(code).toBe(1);
    expect(stdout).toContain('✘ restore writes only what is included');
    expect(stdout).toContain('tape breaks its contracts: 1 case failed');
  });

  test('is named in the configuration, backs up, and gives back', async () => {
    const before = readFileSync(world.config, 'utf8');
    documentOf('plugin-added', await umbra('plugin', 'add', './tape/tape.ts', '--json'));
    const after = readFileSync(world.config, 'utf8');
    expect(after).toBe(`${before}plugins:\n  - ./tape/tape.ts\n`);
    const tape = `  tape: { url: ${world.at('tapes')}, backend: tape }\n`;
    writeFileSync(
      world.config,
      after.replace('jobs:\n', `${tape}jobs:\n  small: { sources: source, repository: tape }\n`),
    );
    world.write('a.txt', 'alpha');
    expect((await umbra('repo', 'create', 'tape')).code).toBe(0);
    expect((await umbra('run', 'small', '--verify=sample')).code).toBe(0);
    const target = world.at('back');
    expect((await umbra('restore', 'small@latest', '--to', target)).code).toBe(0);
    expect(readFileSync(join(target, world.source, 'a.txt'), 'utf8')).toBe('alpha');
    expect(documentOf('plugins', await umbra('plugin', 'list', '--json'))).toMatchObject({
      plugins: expect.arrayContaining([
        expect.objectContaining({ name: 'tape', brings: [{ what: 'backend', name: 'tape' }], problem: null }),
      ]),
    });
  });

  test('has no check to verify its repository by; some of its files are restored by way of trial', async () => {
    const checked = await umbra('verify', 'tape');
    expect([checked.code, checked.stderr]).toEqual([1, expect.stringContaining('umbra verify tape --restore-test')]);
    const tried = await umbra('verify', 'tape', '--restore-test');
    expect([tried.code, tried.stderr]).toEqual([0, expect.stringContaining('tape, has no check of its own')]);
  });

  test('stays while a repository uses it', async () => {
    const refused = await umbra('plugin', 'remove', 'tape', '-y');
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining('the plug-in tape is in use; without it'),
    ]);
    expect(refused.stderr).toContain('there is no backend "tape"');
    const text = readFileSync(world.config, 'utf8');
    writeFileSync(world.config, text.replace(/^ {2}tape: .*\n/m, '').replace(/^ {2}small: .*\n/m, ''));
    documentOf('plugin-removed', await umbra('plugin', 'remove', 'tape', '-y', '--json'));
    expect(readFileSync(world.config, 'utf8')).not.toContain('plugins');
  });
});

test('of damage that its backend cannot repair no command is named that would refuse', async () => {
  using world = new World();
  const source = filledTemplate(template('typescript', '{{name}}.ts'), { name: 'tape', version: '1' });
  const torn = `    check: async () => ({ sound: false, problems: ['the tape is torn'], advice: ['Take the other tape.'] }),\n`;
  writeFileSync(world.at('tape.ts'), source.replace('    open,\n', `    open,\n${torn}`));
  writeFileSync(
    world.config,
    `plugins: [./tape.ts]
repositories: { tape: { url: ${world.at('tapes')}, backend: tape } }
jobs:
  small: { sources: source, repository: tape }
  look: { check: {}, repository: tape }
  old: { forget: { last: 1 }, repository: tape }
`,
  );
  expect((await world.umbra('repo', 'create', 'tape')).code).toBe(0);
  for (const file of ['a.txt', 'b.txt']) {
    world.write(file, file);
    expect((await world.umbra('run', 'small', '--quiet')).code).toBe(0);
  }
  for (const [code, ...args] of [
    [20, 'run', 'look'],
    [20, 'verify', 'tape'],
    [1, 'run', 'old'],
    [1, 'forget', 'old', '--dry-run'],
    [0, 'status'],
    [1, 'doctor', '--only', 'repository'],
    [20, 'repo', 'show', 'tape'],
    [0, 'show', 'look'],
  ] as const) {
    const told = await world.umbra(...args);
    const text = told.stdout + told.stderr;
    expect([args, told.code, text]).toEqual([args, code, expect.not.stringContaining('repo repair')]);
  }
  expect((await world.umbra('doctor', '--only', 'repository')).stdout).toContain('umbra verify tape');
  expect((await world.umbra('verify', 'tape')).stdout).toContain('hint: Take the other tape.');
  expect((await world.umbra('repo', 'repair', 'tape')).code).toBe(1);
});

test('a file that is not there is not looked for in the configuration', async () => {
  const { code, stderr } = await umbra('plugin', 'check', './nothere.ts');
  expect([code, stderr]).toEqual([32, expect.stringMatching(/there is no plug-in .*nothere\.ts\n.*path/)]);
});

test.each(['js', 'ts'])('a .%s beside a package that is CommonJS is told how it is read as a module', async (ext) => {
  mkdirSync(world.at('common'), { recursive: true });
  writeFileSync(world.at('common', 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(
    world.at('common', `tape.${ext}`),
    `import 'node:fs';\nexport default { name: 'tape', api: 1, register() {} };`,
  );
  const { code, stderr } = await umbra('plugin', 'check', `./common/tape.${ext}`);
  const hint = `hint: Say "type": "module" in the package.json next to it, or name it tape.m${ext}.`;
  expect([code, stderr]).toEqual([32, expect.stringContaining(hint)]);
});

test('what does not apply to a plug-in is counted', async () => {
  writeFileSync(
    world.at('vault.mjs'),
    `import { Secret, UmbraError } from '@umbracore/contracts';
const resolve = async ({ target }) => {
  if (target === 'a') return new Secret('canary-71');
  throw new UmbraError('secret.unavailable', \`the vault holds no \${target}\`, { hint: 'Store it there.' });
};
export default {
  name: 'vault',
  api: 1,
  trials: { secrets: { vault: { present: 'a', value: 'canary-71', absent: 'b' } } },
  register: (host) => host.addSecretProvider({ scheme: 'vault', resolve }),
};`,
  );
  const { code, stdout } = await umbra('plugin', 'check', './vault.mjs');
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('vault keeps its contracts: 3 cases passed, 1 does not apply'),
  ]);
});

test('a secret that a plug-in found reaches the engine, whoever asks for it', async () => {
  using own = new World();
  writeFileSync(
    own.at('vault.ts'),
    `import { readFileSync } from 'node:fs';
import { definePlugin, Secret } from '@umbracore/contracts';
const resolve = async ({ target }: { target: unknown }) => new Secret(readFileSync(String(target), 'utf8').trim());
export default definePlugin({ name: 'vault', api: 1, register: (host) => host.addSecretProvider({ scheme: 'vault', resolve }) });`,
  );
  const configuration = readFileSync(own.config, 'utf8');
  const secret = `{ vault: ${JSON.stringify(own.at('password'))} }`;
  writeFileSync(own.config, `plugins: [./vault.ts]\n${configuration.replace(/password: .*/, `password: ${secret}`)}`);
  own.write('a', 'content');
  for (const args of [['run', 'documents'], ['verify'], ['repo', 'show', 'home'], ['snapshots']]) {
    const { code, stderr } = await own.umbra(...args);
    expect([args, code, stderr]).toEqual([args, 0, expect.not.stringContaining('internal')]);
  }
});

test('one for another version of the API ends with 32 and names both', async () => {
  writeFileSync(world.at('future.mjs'), `export default { name: 'future', api: 9, register() {} };`);
  const { code, stderr } = await umbra('plugin', 'check', './future.mjs');
  expect([code, stderr]).toEqual([32, expect.stringContaining('is made for plug-in API 9; this is API 1')]);
  const added = await umbra('plugin', 'add', './future.mjs');
  expect(added.code).toBe(32);
});

test('one that others may change is refused to root, and told to others', async () => {
  const file = world.at('open.mjs');
  writeFileSync(file, `export default { name: 'open', api: 1, register() {} };`);
  chmodSync(file, 0o666);
  const { code, stderr } = await umbra('plugin', 'add', './open.mjs');
  const isRoot = statSync(file).uid === 0 && process.getuid?.() === 0;
  expect([code, stderr]).toEqual([isRoot ? 32 : 0, expect.stringContaining('can be changed by everybody')]);
  rmSync(file);
});

test('a program that breaks over a condition stops the job that asks it, and no other', async () => {
  const other = new World();
  try {
    other.write('a.txt', 'alpha');
    other.configure(
      '    repository: home\n  asking: { sources: source, repository: home, conditions: { moon: full } }\nplugins: [./moon.sh]\n',
    );
    const described = JSON.stringify({ type: 'result', value: { name: 'moon', api: 1, conditions: ['moon'] } });
    writeFileSync(
      other.at('moon.sh'),
      `#!/bin/sh\nread -r request\ncase $request in *describe*) echo '${described}';; *) echo boom >&2; exit 3;; esac\n`,
      { mode: 0o755 },
    );
    const at = /umbra\.yaml:\d+:\d+[^]*take it out of the configuration/;
    const run = (...args: string[]) => other.start(args, { cwd: other.folder }).ended;
    const checked = await run('config', 'check');
    expect([checked.code, checked.stderr]).toEqual([32, expect.stringMatching(at)]);
    const asking = await run('run', 'asking');
    expect([asking.code, asking.stderr]).toEqual([32, expect.stringContaining('take it out of the configuration')]);
    const saved = await run('run', 'documents');
    expect(saved.code).toBe(0);
    const told = saved.stderr.split('\n').filter((line) => line.includes('moon.sh'));
    expect(told).toEqual([expect.stringMatching(/boom; what needs it fails\. See `umbra config check`\.$/)]);
    const examined = await run('doctor', '--only', 'config');
    expect([examined.stdout, examined.stderr]).toEqual([
      expect.stringMatching(/^[^]*boom[^]*$/),
      expect.not.stringContaining('boom'),
    ]);
  } finally {
    other[Symbol.dispose]();
  }
});

test('one that is broken is taken out by its file; one that a condition needs stays', async () => {
  const other = new World();
  try {
    other.configure('    conditions: { moon: full }\nplugins: [./moon.mjs, ./still.sh]\n');
    writeFileSync(other.at('still.sh'), '#!/bin/sh\n');
    writeFileSync(
      other.at('moon.mjs'),
      `export default { name: 'moon', api: 1, register: (host) => host.addCondition({ kind: 'moon', check() {}, evaluate() {} }) };`,
    );
    const run = (...args: string[]) => other.start(args, { cwd: other.folder }).ended;
    expect((await run('plugin', 'remove', './still.sh', '-y')).code).toBe(0);
    expect(readFileSync(other.config, 'utf8')).toContain('plugins: [./moon.mjs]');
    expect(await run('plugin', 'remove', 'moon', '-y')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('there is no condition "moon"'),
    });
  } finally {
    other[Symbol.dispose]();
  }
});

test('what a plug-in, or a configuration that is a program, says by `console` is no part of an answer', async () => {
  const other = new World();
  try {
    writeFileSync(
      other.at('chatty.mjs'),
      `import { log } from 'node:console';
log('loaded');
export default { name: 'chatty', api: 1, register() { console.info('registered'); console.table([['a']]); } };`,
    );
    const config = other.at('chatty.config.mjs');
    writeFileSync(
      config,
      `console.log('read');
export default { plugins: ['./chatty.mjs'], repositories: { home: { url: '/r' } }, jobs: { a: { sources: '/a', repository: 'home' } } };`,
    );
    const { stdout, stderr } = await other.start(['-c', config, 'plugin', 'list', '--json'], { cwd: other.folder })
      .ended;
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'umbra.plugins/1' });
    for (const said of ['read', 'loaded', 'registered', '(index)']) expect(stderr).toContain(said);
  } finally {
    other[Symbol.dispose]();
  }
});
