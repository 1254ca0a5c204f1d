import { expect, test } from 'vitest';
import { checkingHost } from './checking-host.ts';
import { silentLog } from './log.ts';
import type { PluginHost } from './plugin.ts';

const done = () => {};
const taken: string[] = [];
const host: PluginHost = {
  log: silentLog,
  addBackend: (name) => void taken.push(name),
  addSecretProvider: ({ scheme }) => void taken.push(scheme),
  addCondition: ({ kind }) => void taken.push(kind),
  addNotifier: ({ kind }) => void taken.push(kind),
  addSensor: ({ kind }) => void taken.push(kind),
  addHook: ({ kind }) => void taken.push(kind),
};

/** As somebody calls it who has no types. */
const untyped = checkingHost(host, 'mine') as unknown as Record<string, (...given: unknown[]) => void>;

test.each<[string, unknown[], string]>([
  ['addBackend', ['x'], 'a backend x that has no factory (function)'],
  ['addSecretProvider', [{}], 'a way to find secrets that has no scheme (string)'],
  ['addSecretProvider', [{ scheme: 'x' }], 'a way to find secrets x that has no resolve (function)'],
  ['addCondition', [undefined], 'a condition that has no kind (string)'],
  ['addCondition', [{ kind: 'moon', check: done }], 'a condition moon that has no evaluate (function)'],
  ['addCondition', [{ kind: 'moon', evaluate: done }], 'a condition moon that has no check (function)'],
  ['addNotifier', [{ kind: 'x', text: '', send: done }], 'a kind of channel x that has no settings (object)'],
  ['addSensor', [{ kind: 'x', check: done }], 'a sensor x that has no sense (function)'],
  ['addHook', [{ kind: 'x', check: done, run: 1 }], 'a hook x that has no run (function)'],
])('%s of %o is refused', (method, given, message) => {
  expect(() => untyped[method]?.(...given)).toThrow(
    expect.objectContaining({ code: 'plugin.invalid', message: `the plug-in mine brings ${message}` }),
  );
  expect(taken).toEqual([]);
});

test('what is whole is handed on, also the members of a class', () => {
  class Moon {
    readonly kind = 'moon';
    check(): void {}
    async evaluate(): Promise<{ readonly met: boolean; readonly text: string }> {
      return { met: true, text: 'full' };
    }
  }
  checkingHost(host, 'mine').addCondition(new Moon());
  expect(taken).toEqual(['moon']);
});
