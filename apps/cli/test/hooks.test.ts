import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NearWorld } from './support/near-world.ts';
import { until, type World } from './support/world.ts';

let world: World;
const canary = 'canary-5b1e-never-shown';

beforeAll(() => {
  world = new NearWorld();
  world.env['HOOK_SECRET'] = canary;
});
afterAll(() => world[Symbol.dispose]());
beforeEach(() => {
  // A run that one test leaves open would be carried on in the next.
  for (const name of ['diary', 'state']) rmSync(world.at(name), { force: true, recursive: true });
});

const diary = (): readonly string[] =>
  existsSync(world.at('diary')) ? readFileSync(world.at('diary'), 'utf8').trim().split('\n') : [];

/** A shell line that writes to the diary. */
const writes = (text: string): string => `echo ${text} >> ${world.at('diary')}`;
const hook = (text: string, more = ''): string => `{ shell: ${JSON.stringify(writes(text))}${more} }`;

function configure(job: string, rest = ''): void {
  writeFileSync(world.config, `jobs:\n  work: ${job}\n  other: { command: ['true'] }\n${rest}`);
}

const newest = async () => (await world.history({ job: 'work', limit: 1 }))[0];

test('hooks run around the work, in order, and know how it ended', async () => {
  configure(`
    command: [sh, -c, '${writes('work')}']
    hooks:
      before: [${hook('before $UMBRA_JOB $UMBRA_ATTEMPT')}, ${hook('second')}]
      after: ${hook('after $UMBRA_OUTCOME')}
      onError: ${hook('error')}
      finally: ${hook('finally')}`);
  expect((await world.umbra('run', 'work')).code).toBe(0);
  expect(diary()).toEqual(['before work 1', 'second', 'work', 'after succeeded', 'finally']);
});

test('an attempt that fails has its own hooks, and so has the next one', async () => {
  configure(`
    command: [sh, -c, '${writes('work')}; exit 75']
    retry: { type: fixed, maxAttempts: 2, initialDelay: 0s }
    hooks:
      before: ${hook('before $UMBRA_ATTEMPT')}
      onError: ${hook('error $UMBRA_ERROR_CODE')}
      finally: ${hook('finally')}`);
  expect((await world.umbra('run', 'work')).code).toBe(75);
  const once = ['work', 'error command.temporary', 'finally'];
  expect(diary()).toEqual(['before 1', ...once, 'before 2', ...once]);
});

test.each([
  ['exit 1', '', 1, 'failed'],
  ['exit 75', '', 5, 'skipped'],
  ['exit 1', ', onFailure: skip', 5, 'skipped'],
  ['exit 1', ', onFailure: continue', 0, 'succeeded'],
  ['sleep 1000', ', timeout: 1s', 1, 'failed'],
  ['exit 1', ', onFailure: continue, tries: 3, delay: 0s', 0, 'succeeded'],
] as const)('a hook before that says %j%s ends the run with %d', async (script, more, code, state) => {
  configure(`
    command: [sh, -c, '${writes('work')}']
    hooks:
      before: { shell: ${JSON.stringify(`${writes('before')}; ${script}`)}${more} }
      finally: ${hook('finally')}`);
  expect((await world.umbra('run', 'work')).code).toBe(code);
  const tries = more.includes('tries: 3') ? 3 : 1;
  const before = Array.from({ length: tries }, () => 'before');
  expect(diary()).toEqual([...before, ...(code === 0 ? ['work'] : []), 'finally']);
  const run = await newest();
  expect(run?.state).toBe(state);
  expect(run?.error?.code ?? run?.because?.code ?? 'none').toBe(
    { failed: 'hook.failed', skipped: 'hook', succeeded: 'none' }[state],
  );
  expect(run?.hookFailures).toHaveLength(code === 0 ? 1 : 0);
});

test('a hook that fails behind the work changes no verdict, and is told of', async () => {
  configure(
    `
    command: ['true']
    hooks: { after: { shell: 'exit 3' }, finally: [/nowhere/program] }`,
    `notifications:
  channels: { file: { type: command, run: [sh, -c, 'cat >> ${world.at('diary')}'] } }
  rules: [{ on: hook-failed, to: file }]
`,
  );
  const { code, stderr } = await world.umbra('run', 'work');
  expect([code, stderr]).toEqual([0, expect.stringContaining('hook after 1 (sh) ended with 3')]);
  expect((await newest())?.hookFailures).toEqual([
    'hook after 1 (sh) ended with 3',
    expect.stringContaining('hook finally 1 (/nowhere/program) failed: /nowhere/program is no program'),
  ]);
  expect(diary().join('\n')).toContain('hook after 1 (sh) ended with 3');
});

test('finally runs when the work was killed with its coordinator, and the work is begun anew', async () => {
  configure(`
    command: [sh, -c, '${writes('work')}; test -e ${world.at('go')} || sleep 1000']
    orphanPolicy: die
    hooks: { before: ${hook('before')}, finally: ${hook('finally')} }`);
  const first = world.start(['run', 'work']);
  await until('it works', () => diary().includes('work'));
  first.child.kill('SIGKILL');
  await first.ended;
  await until('its work is gone', () => world.processes().length === 0);
  expect(diary()).toEqual(['before', 'work']);
  writeFileSync(world.at('go'), '');
  // Somebody else's run settles what was left behind, and its own comes to its end.
  await world.umbra('run', 'other');
  expect(diary()).toEqual(['before', 'work', 'finally']);
  await world.umbra('run', 'work');
  expect(diary().slice(0, 6)).toEqual(['before', 'work', 'finally', 'before', 'work', 'finally']);
});

test('finally runs once more when it was killed itself, and work that was done is not done again', async () => {
  rmSync(world.at('go'), { force: true });
  const wait = `test -e ${world.at('go')} || sleep 1000`;
  configure(`
    command: [sh, -c, '${writes('work')}']
    orphanPolicy: die
    hooks: { before: ${hook('before')}, finally: { shell: ${JSON.stringify(`${writes('finally')}; ${wait}`)} } }`);
  const first = world.start(['run', 'work']);
  await until('it tidies up', () => diary().includes('finally'));
  first.child.kill('SIGKILL');
  await first.ended;
  await until('its hook is gone', () => world.processes().length === 0);
  writeFileSync(world.at('go'), '');
  await world.umbra('run', 'other');
  expect(diary()).toEqual(['before', 'work', 'finally', 'finally']);
  await world.umbra('run', 'other');
  expect(diary()).toHaveLength(4);
  expect((await newest())?.state).toBe('succeeded');
});

test('a hook before that is killed with its coordinator has its finally too', async () => {
  rmSync(world.at('go'), { force: true });
  const wait = `test -e ${world.at('go')} || sleep 1000`;
  configure(`
    command: [sh, -c, '${writes('work')}']
    orphanPolicy: die
    hooks: { before: { shell: ${JSON.stringify(`${writes('before')}; ${wait}`)} }, finally: ${hook('finally')} }`);
  const first = world.start(['run', 'work']);
  await until('it prepares', () => diary().includes('before'));
  first.child.kill('SIGKILL');
  await first.ended;
  await until('its hook is gone', () => world.processes().length === 0);
  writeFileSync(world.at('go'), '');
  await world.umbra('run', 'other');
  expect(diary()).toEqual(['before', 'finally']);
});

test('a run that is cancelled in its hook before does nothing, and tidies up', async () => {
  configure(`
    command: [sh, -c, '${writes('work')}']
    hooks: { before: { shell: ${JSON.stringify(`${writes('before')}; sleep 1000`)} }, finally: ${hook('finally')} }`);
  const run = world.start(['run', 'work']);
  await until('it prepares', () => diary().includes('before'));
  run.child.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(diary()).toEqual(['before', 'finally']);
  expect(world.processes()).toEqual([]);
});

test('what a hook before brings is saved, and finally takes it away again', async () => {
  const mounted = world.at('mounted');
  world.configure(
    `    hooks:
      before: { shell: 'mkdir ${mounted} && echo text > ${mounted}/letter' }
      finally: [rm, -r, ${mounted}]
`,
    { sources: [mounted] },
  );
  const { code, stderr } = await world.umbra('run', 'documents');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(world.snapshots()).toHaveLength(1);
  expect(existsSync(mounted)).toBe(false);
});

test('a chain has hooks of its own around all of its jobs', async () => {
  configure(
    `{ command: [sh, -c, '${writes('work')}'], hooks: { before: ${hook('before')}, finally: ${hook('finally')} } }`,
    `chains:
  night: { steps: [work, other], hooks: { before: ${hook('dusk')}, finally: ${hook('dawn')} } }
`,
  );
  expect((await world.umbra('run', 'night')).code).toBe(0);
  expect(diary()).toEqual(['dusk', 'before', 'work', 'finally', 'dawn']);
});

test('a secret reaches a hook by its descriptor, and nothing else, whatever the hook says', async () => {
  const keep = `cat "$TOKEN_FILE" > ${world.at('got')}; env | grep -c "$(cat $TOKEN_FILE)" > ${world.at('seen')}; tr '\\0' ' ' < /proc/$$/cmdline`;
  configure(
    `
    command: ['true']
    hooks:
      before: { shell: ${JSON.stringify(`${keep}; cat "$TOKEN_FILE"; echo "x$(cat $TOKEN_FILE)y" >&2; exit 1`)}, secrets: { TOKEN: env:HOOK_SECRET }, onFailure: continue }
      finally: { shell: 'echo $PLAIN; exit 1', env: { PLAIN: env:HOOK_SECRET } }`.replaceAll(
      `x${canary}y`,
      'x$(cat $TOKEN_FILE)y',
    ),
    `notifications:
  channels: { file: { type: command, run: [sh, -c, 'cat >> ${world.at('diary')}'], env: { TOKEN: env:HOOK_SECRET } } }
  rules: [{ severity: info, to: file }]
`,
  );
  const { stdout, stderr } = await world.umbra('run', 'work', '--json');
  expect(readFileSync(world.at('got'), 'utf8')).toBe(canary);
  expect(readFileSync(world.at('seen'), 'utf8').trim()).toBe('0');
  rmSync(world.at('got'));
  const { id = '' } = (await newest()) ?? {};
  const shown = await Promise.all([
    world.umbra('logs', id),
    world.umbra('show', id, '-v'),
    world.umbra('notify', 'list'),
  ]);
  const said = [stdout, stderr, ...shown.flatMap((one) => [one.stdout, one.stderr])].join('\n');
  expect(said).toContain('[secret]');
  expect(said).not.toContain(canary);
  expect(filesWith(canary, world.folder)).toEqual([]);
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
