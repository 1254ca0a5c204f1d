import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { password, umbraProgram, type World } from './support/world.ts';

const canary = 'canary-8d02-never-shown';
let world: World;
beforeAll(() => {
  world = new NearWorld();
});
afterAll(() => world[Symbol.dispose]());

/** A command with something at its standard input. */
function fed(input: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [umbraProgram, ...args], { env: world.env, cwd: world.folder });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

test('a secret of the store opens a repository, and its value stands nowhere', async () => {
  expect(await fed(`${password}\n`, 'secret', 'set', 'umbra/home')).toMatchObject({ code: 0 });
  expect(await fed(`${canary}\n`, 'secret', 'set', 'token')).toMatchObject({ code: 0 });
  const again = await fed('other', 'secret', 'set', 'token');
  expect([again.code, again.said]).toEqual([2, expect.stringContaining('--replace')]);
  writeFileSync(
    world.config,
    `repositories: { home: { url: ${JSON.stringify(world.repository)}, password: store:umbra/home } }
jobs:
  documents: { sources: ${JSON.stringify(world.source)}, hooks: { finally: { shell: 'echo $TOKEN', env: { TOKEN: store:token } } } }
notifications:
  channels: { hook: { type: webhook, url: 'http://127.0.0.1:1/${'x'.repeat(8)}', headers: { authorization: store:token } } }
  rules: [{ severity: info, to: hook }]
`,
  );
  world.write('letter', 'text');
  const run = await world.umbra('run', 'documents', '--json');
  expect(run.code).toBe(0);
  expect(world.snapshots()).toHaveLength(1);
  const list = await world.json('secret', 'list');
  expect(problemsOf('secrets', list)).toEqual([]);
  expect(list).toMatchObject({ key: 'file', secrets: [{ name: 'token' }, { name: 'umbra/home' }] });
  const others = await Promise.all([
    world.umbra('logs', 'documents'),
    world.umbra('notify', 'list', '--json'),
    world.umbra('doctor', '--json'),
    world.umbra('secret', 'rotate', '--json'),
    world.umbra('config', 'show'),
  ]);
  expect(problemsOf('secrets-rotated', JSON.parse(others[3].stdout))).toEqual([]);
  const said = [run, ...others].map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(said).toContain('[secret]');
  for (const value of [canary, password]) {
    expect(said).not.toContain(value);
    expect(filesWith(value, world.state)).toEqual([]);
  }
  expect((await world.umbra('run', 'documents')).code).toBe(0);
});

test('a secret of the keychain that the store has instead is told of as such', async () => {
  writeFileSync(
    world.config,
    readFileSync(world.config, 'utf8').replace('password: store:umbra/home', 'password: keychain:umbra/home'),
  );
  const env = { PATH: world.makeFolder('no-programs') };
  const said = 'no keychain answers for it, and store:umbra/home does instead';
  const checked = await world.start(['secret', 'check'], { env }).ended;
  expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining(`\n    ${said}\n`)]);
  const document: unknown = JSON.parse((await world.start(['secret', 'check', '--json'], { env }).ended).stdout);
  expect(problemsOf('secret-check', document)).toEqual([]);
  expect(document).toMatchObject({ secrets: [{ reference: 'keychain:umbra/home', note: said }, { note: null }] });
  const examined = await world.start(['doctor', '--only', 'repository'], { env }).ended;
  expect(examined.stdout).toContain(`keychain:umbra/home: ${said}`);
});

test('a made-up secret is never shown, and one that is removed is missed with its remedy', async () => {
  expect(await fed('', 'secret', 'set', 'made', '--generate')).toMatchObject({
    code: 0,
    said: '✔ made is set: store:made\n',
  });
  expect(await fed('', 'secret', 'set', 'empty')).toMatchObject({ code: 2 });
  const other = await world.json('secret', 'set', 'other', '--generate');
  expect(problemsOf('secret', other)).toEqual([]);
  expect(problemsOf('secret-removed', await world.json('secret', 'remove', 'other'))).toEqual([]);
  expect((await world.umbra('secret', 'remove', 'made')).code).toBe(0);
  expect((await world.umbra('secret', 'remove', 'made')).code).toBe(2);
  await world.umbra('secret', 'remove', 'umbra/home');
  const { stderr } = await world.umbra('run', 'documents', '--no-retry');
  expect(stderr).toContain('umbra secret set umbra/home');
});

test('a secret that was written where its reference belongs is not repeated', async () => {
  writeFileSync(
    world.config,
    `jobs: { work: { command: ['true'] } }
notifications:
  channels: { phone: { type: gotify, url: 'https://example.net', token: ${canary} } }
  rules: [{ on: failed, to: phone }]
`,
  );
  const { code, stdout, stderr } = await world.umbra('config', 'check');
  expect([code, stderr]).toEqual([4, expect.stringContaining('"token" is a secret')]);
  expect(stdout + stderr).not.toContain(canary);
});

/** Every file below a folder that holds a text, in any of the forms in which it may leak. */
function filesWith(text: string, folder: string): readonly string[] {
  const forms = [text, encodeURIComponent(text), Buffer.from(text).toString('base64').replace(/=+$/, '')];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size < 64 * 1024 * 1024)
    .filter((file) => forms.some((form) => readFileSync(file, 'latin1').includes(form)));
}
