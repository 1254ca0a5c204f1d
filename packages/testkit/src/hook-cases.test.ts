import { writeFileSync } from 'node:fs';
import { UmbraError, type HookKind } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { hookSubject } from './plugins/subjects.ts';
import { hookCases, runCases } from './index.ts';
import { realClock } from './plugins/real-clock.ts';

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told to end')), { once: true }));

/** Puts a flag up, a file with a name. */
const flag: HookKind = {
  kind: 'flag',
  check(options) {
    if (typeof options === 'string') return;
    throw new UmbraError('config.invalid-value', 'flag is no path', { hint: 'Write a path.' });
  },
  async run(options, _occasion, { signal, note }) {
    signal.throwIfAborted();
    if (options === 'gale') return 'not-now';
    if (options === 'storm') throw new Error('the mast is broken');
    if (options === 'calm') return await aborted(signal);
    if (typeof options !== 'string') throw new TypeError('no path');
    writeFileSync(options, '');
    note('it is up');
    return 'done';
  },
};

const outcome = async (beginning: string, kind: HookKind) => {
  const cases = hookCases.filter(({ name }) => name.startsWith(beginning));
  const [result, ...others] = await runCases(cases, {
    open: () =>
      hookSubject(
        kind,
        {
          refused: [7, null],
          works: { options: '{folder}/flag' },
          leaves: '{folder}/flag',
          fails: { options: 'storm' },
          postponed: { options: 'gale' },
          endless: { options: 'calm' },
          secrets: { TOKEN: 'canary' },
        },
        { clock: realClock },
      ),
  });
  expect(others).toEqual([]);
  return result?.outcome;
};

test.each(hookCases)('a good hook: $name', async ({ name }) => {
  expect(await outcome(name, flag)).toBe('passed');
});

const but = (run: HookKind['run']): HookKind => ({ ...flag, run });
const wrongOnce = new Set<unknown>();
const faults: readonly (readonly [string, string, HookKind])[] = [
  ['takes everything', 'options that make no sense', { ...flag, check() {} }],
  ['refuses everything', 'options that make sense', { ...flag, check: () => flag.check(7) }],
  ['believes anything', 'options that were never checked', but(async () => 'done')],
  ['says done and has not', 'it says "done"', but(async () => 'done')],
  ['says nothing', 'it says "done"', but(async (...call) => void (await flag.run(...call)) as never)],
  [
    'cannot be done twice',
    'it can be done again',
    but(async (options, ...more) => {
      if (wrongOnce.has(options)) throw new Error('it is up already');
      wrongOnce.add(options);
      return await flag.run(options, ...more);
    }),
  ],
  [
    'writes into what it is told',
    'options are not changed',
    but(async (options, occasion, operation) => {
      (occasion as { run: string }).run = 'mine';
      return await flag.run(options, occasion, operation);
    }),
  ],
  ['hides its failure', 'one that fails', but(async () => 'done')],
  ['fails without a word', 'one that fails', but(() => Promise.reject(new Error('\n')))],
  ['throws what is no error', 'one that fails', but(() => Promise.reject('broken'))],
  ['never postpones', 'one that cannot be done now', but(async () => 'done')],
  [
    'does it although nobody waits',
    'it rejects soon when its signal has aborted',
    but((options, occasion, operation) =>
      flag.run(options, occasion, { ...operation, signal: new AbortController().signal }),
    ),
  ],
  [
    'does it, and rejects then',
    'it rejects soon when its signal has aborted',
    but(async (options, occasion, operation) => {
      await flag.run(options, occasion, { ...operation, signal: new AbortController().signal });
      operation.signal.throwIfAborted();
      return 'done';
    }),
  ],
  ['is deaf', 'it rejects soon after', but(() => new Promise(() => {}))],
  ['gives in', 'it rejects soon after', but((_, __, { signal }) => aborted(signal).catch(() => 'done' as const))],
];

test.each(faults)('a hook that %s fails: %s …', async (_, beginning, faulty) => {
  expect(await outcome(beginning, faulty)).toBe('failed');
});

test('every case can fail', () => {
  const safe = hookCases.filter(({ name }) => !faults.some(([, beginning]) => name.startsWith(beginning)));
  expect(safe).toEqual([]);
});
