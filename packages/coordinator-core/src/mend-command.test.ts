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
  const repair = (backend: string) => repairCommand(aRepository({ name: 'home', backend }), { from: 'other' });
  expect(repair('restic')).toBe('umbra repo repair home --read all --from other');
  expect(repair('borg')).not.toContain('--from');
});

test('no command is named that the backend of a plug-in would refuse', () => {
  const repository = aRepository({ name: 'home', backend: 'tape' });
  expect(mendCommand({}, repository)).toBeUndefined();
  expect(mendCommand({}, repository, new Set(['check']))).toBeUndefined();
  expect(mendCommand({}, repository, new Set(['repair']))).toBe('umbra repo repair home --read all');
});
