import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, Secret, UmbraError } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { FakeBackend, testPlugin, trialsOf } from '../index.ts';

const needNumber = (name: string, options: unknown): void => {
  if (typeof options === 'number') return;
  throw new UmbraError('config.invalid-value', `${name} is no number`, { hint: 'Write a number.' });
};

/** Brings one of everything; whether a number is small decides everything else. */
const everything = definePlugin({
  name: 'everything',
  trials: {
    conditions: { small: { refused: ['x', null], met: { options: 1 }, unmet: { options: 7 } } },
    sensors: { smallNow: { refused: ['x'], holds: { options: 1 }, clear: { options: 7 } } },
    secrets: {
      note: {
        files: { 'a.txt': 'canary-41d2\n' },
        present: '{folder}/a.txt',
        value: 'canary-41d2',
        absent: '{folder}/b.txt',
      },
    },
    hooks: {
      mark: {
        refused: [7, null],
        works: { options: '{folder}/mark' },
        leaves: '{folder}/mark',
        fails: { options: '{folder}/no/such/folder' },
        postponed: { options: 'later' },
        endless: { options: 'never' },
        secrets: { TOKEN: 'canary-77a0' },
      },
    },
    notifiers: { file: { settings: { path: '{folder}/out' }, arrives: '{folder}/out' } },
  },
  register(host) {
    host.addBackend('memory', () => new FakeBackend({ exists: false, supports: [] }));
    host.addCondition({
      kind: 'small',
      check: (options) => needNumber('small', options),
      evaluate: async (options, signal) => ({ met: !signal.aborted && Number(options) === 1, text: 'it is 1' }),
    });
    host.addSensor({
      kind: 'smallNow',
      check: (options) => needNumber('smallNow', options),
      sense: async (options) => ({ verdict: Number(options) === 1 ? 'holds' : 'clear', text: 'it is 1' }),
    });
    host.addHook({
      kind: 'mark',
      check(options) {
        if (typeof options === 'string') return;
        throw new UmbraError('config.invalid-value', 'mark is no path', { hint: 'Write a path.' });
      },
      async run(options, occasion, { signal, secrets }) {
        signal.throwIfAborted();
        if (typeof options !== 'string') throw new TypeError('mark is no path');
        if (options === 'later') return 'not-now';
        if (options === 'never') await sleep(60_000, undefined, { signal });
        await writeFile(options, `${occasion.job} ${secrets['TOKEN']?.reveal()}`);
        return 'done';
      },
    });
    host.addSecretProvider({
      scheme: 'note',
      async resolve({ target }) {
        const text = await readFile(String(target), 'utf8').catch(() => undefined);
        if (text !== undefined) return new Secret(text.trimEnd());
        throw new UmbraError('secret.unavailable', `there is no ${String(target)}`, { hint: 'Write one.' });
      },
    });
    host.addNotifier({
      kind: 'file',
      text: 'a file',
      settings: { path: { type: 'text', required: true, text: 'where it is written' } },
      async send({ subject, text }, values, signal) {
        signal.throwIfAborted();
        await writeFile(values.text('path') ?? '', `${subject}\n${text}`);
      },
    });
  },
});

// What the other extension points have to do; the backend has tests of its own.
describe('a plug-in that brings everything', async () => {
  const others = definePlugin({
    ...everything,
    register: (host, options) => everything.register({ ...host, addBackend() {} }, options),
  });
  await testPlugin(others, test);
});

test.each([
  ['brings nothing', definePlugin({ name: 'bare', register() {} }), 'Nothing of bare was tried: it brings nothing'],
  [
    'says of nothing with what it can be tried',
    definePlugin({
      ...everything,
      trials: undefined,
      register: (host, options) => everything.register({ ...host, addBackend() {} }, options),
    }),
    /was tried: its "trials" do not say with what \(condition small, secrets note/,
  ],
])('a plug-in that %s has a test that fails', async (_, plugin, message) => {
  const tests: (readonly [string, () => Promise<void>])[] = [];
  await testPlugin(plugin, (name, run) => tests.push([name, () => run({ skip() {} })]));
  const [first] = tests;
  expect(first?.[0]).toContain('something of the plug-in');
  await expect(first?.[1]()).rejects.toThrow(message);
});

test('every extension point has trials, and a backend needs no words for its own', async () => {
  const subjects = new Set((await trialsOf(everything)).map(({ subject }) => subject));
  expect([...subjects]).toEqual([
    'backend memory',
    'condition small',
    'secrets note',
    'channel file',
    'sensor smallNow',
    'hook mark',
  ]);
});

test('what a plug-in says nothing of is not tried, and that is told', async () => {
  const silent = definePlugin({ ...everything, trials: undefined });
  const trials = (await trialsOf(silent)).filter(({ subject }) => subject === 'condition small');
  expect(await Promise.all(trials.map((one) => one.run()))).toEqual([
    { name: 'it keeps its contract', outcome: 'skipped', reason: expect.stringContaining('trials') },
  ]);
});

test('a plug-in that breaks its contract fails, and one that takes a name twice cannot be tried', async () => {
  const deaf = definePlugin({
    ...everything,
    register: (host) =>
      host.addCondition({ kind: 'small', check() {}, evaluate: async () => ({ met: true, text: 'yes' }) }),
  });
  const results = await Promise.all((await trialsOf(deaf)).map((one) => one.run()));
  expect(results.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThan(1);
  const greedy = definePlugin({
    ...everything,
    async register(host, options) {
      await everything.register(host, options);
      await everything.register(host, options);
    },
  });
  await expect(trialsOf(greedy)).rejects.toThrow('brings memory twice');
});

test('a plug-in that fails when it is registered is at fault itself', async () => {
  const failing = definePlugin({
    name: 'failing',
    register() {
      throw new TypeError('no such thing');
    },
  });
  await expect(trialsOf(failing)).rejects.toMatchObject({
    code: 'plugin.invalid',
    message: 'failing failed when it was registered: no such thing',
  });
});

test('a plug-in whose check of its options throws is at fault itself', async () => {
  const validate = (): never => {
    throw new TypeError('no such thing');
  };
  const failing = definePlugin({
    name: 'failing',
    options: { '~standard': { version: 1, vendor: 'test', validate } },
    register() {},
  });
  await expect(trialsOf(failing)).rejects.toMatchObject({
    code: 'plugin.invalid',
    message: 'failing failed when it checked its options: no such thing',
  });
});
