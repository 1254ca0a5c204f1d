import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { defineRepository } from './define-repository.ts';

test('a repository needs a name and a location', () => {
  expect(defineRepository({ name: 'home', location: '/mnt/backup' })).toMatchObject({
    backend: 'restic',
    password: undefined,
    lockWaitMs: 600_000,
    stallTimeoutMs: 120_000,
  });
});

test('a password is a reference', () => {
  const { password } = defineRepository({ name: 'home', location: '/r', password: 'file:/etc/umbra/home.password' });
  expect(password).toEqual({ scheme: 'file', target: '/etc/umbra/home.password' });
});

test('a password that was passed by mistake does not show in the error', () => {
  const mistaken = JSON.parse('"hunter2-canary"');
  const attempt = (): unknown => defineRepository({ name: 'home', location: '/r', password: mistaken });
  expect(attempt).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  expect(inspect(thrownBy(attempt))).not.toContain('hunter2-canary');
});

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test('a name with a slash or a space is refused', () => {
  for (const name of ['a/b', 'a b', '', '-a']) {
    expect(() => defineRepository({ name, location: '/r' })).toThrow('cannot be the name');
  }
});
