import type { LockVerdict } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { commandThatUnlocks } from './command-that-unlocks.ts';

const all = 'umbra restic home -- unlock --remove-all';

test.each<[string, readonly LockVerdict['verdict'][], string | undefined]>([
  ['restic', ['unknown'], all],
  ['restic', ['unknown', 'dead'], all],
  ['borg', ['unknown'], 'umbra borg home -- break-lock'],
  ['restic', ['unknown', 'alive'], undefined],
  ['restic', ['alive', 'stale'], undefined],
  ['of-a-plug-in', ['unknown'], undefined],
])('of %s, whose owners are %j', (backend, verdicts, command) => {
  const found = verdicts.map((verdict) => ({ verdict }));
  expect(commandThatUnlocks({ name: 'home', backend }, found)).toBe(command);
});
