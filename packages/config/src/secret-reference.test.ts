import { expect, test } from 'vitest';
import { parseSecretReference } from './secret-reference.ts';

const folders = { base: '/etc/umbra', home: '/home/me' };

test.each([
  ['env:PASSWORD', { scheme: 'env', target: 'PASSWORD' }],
  ['file:/run/secret', { scheme: 'file', target: '/run/secret' }],
  ['file:~/secret', { scheme: 'file', target: '/home/me/secret' }],
  ['file:secret', { scheme: 'file', target: '/etc/umbra/secret' }],
  ['command:pass show "my backup"', { scheme: 'command', target: ['pass', 'show', 'my backup'] }],
  ["command: printf '%s' --x='a b'", { scheme: 'command', target: ['printf', '%s', '--x=a b'] }],
  ['credential:umbra.home', { scheme: 'credential', target: 'umbra.home' }],
  ['keychain:umbra/home', { scheme: 'keychain', target: 'umbra/home' }],
  ['store:umbra/home', { scheme: 'store', target: 'umbra/home' }],
  [{ file: 'secret' }, { scheme: 'file', target: '/etc/umbra/secret' }],
  [{ command: ['pass', 'show', 'a b'] }, { scheme: 'command', target: ['pass', 'show', 'a b'] }],
  [{ vault: 'kv/backup' }, { scheme: 'vault', target: 'kv/backup' }],
])('%j', (text, reference) => {
  expect(parseSecretReference(text, folders)).toEqual(reference);
});

test.each([
  'canary-7f3',
  'vault:canary-7f3',
  'env:',
  'env:canary-7f3',
  'file:',
  'command: ',
  'keychain:canary-7f3',
  'credential:../canary-7f3',
  'store: canary-7f3',
  { a: 'canary-7f3', b: 'x' },
  {},
])('%j is refused without being repeated', (text) => {
  const refused = expect.objectContaining({
    code: 'config.invalid-value',
    message: expect.not.stringContaining('canary-7f3'),
  });
  expect(() => parseSecretReference(text, folders)).toThrow(refused);
});
