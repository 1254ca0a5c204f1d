import { aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { mendCommand, repairCommand } from './mend-command.ts';

test.each([
  ['restic', 'umbra repo repair home --read all'],
  ['borg', 'umbra borg home -- check --repair'],
])('a repository of %s is mended by a command that it takes', (backend, command) => {
  expect(mendCommand({}, aRepository({ name: 'home', backend }))).toBe(command);
});

test('borg takes nothing from others', () => {
  expect(repairCommand(aRepository({ name: 'home' }), 'other')).toBe('umbra repo repair home --read all --from other');
  expect(repairCommand(aRepository({ name: 'home', backend: 'borg' }), 'other')).not.toContain('--from');
});
