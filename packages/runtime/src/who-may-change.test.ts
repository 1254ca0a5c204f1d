import { expect, test } from 'vitest';
import { othersIn } from './who-may-change.ts';

const rights = (uid: number, gid: number, mode: number, isFolder = false) => ({
  uid,
  gid,
  mode,
  isDirectory: () => isFolder,
});

test.each([
  ['ours', rights(1000, 1000, 0o644), undefined],
  ["root's", rights(0, 0, 0o664), undefined],
  ['of our own group, as many systems have it', rights(1000, 1000, 0o664), undefined],
  ['of another group', rights(1000, 50, 0o664), 'group 50'],
  ['open to all', rights(1000, 1000, 0o666), 'everybody'],
  ["somebody else's", rights(1001, 1000, 0o600), 'user 1001'],
  ['a folder open to all', rights(0, 0, 0o777, true), 'everybody'],
  ['a folder such as /tmp', rights(0, 0, 0o1777, true), undefined],
  ["somebody else's folder such as /tmp", rights(1001, 0, 0o1777, true), 'user 1001'],
])('%s', (_, facts, who) => {
  expect(othersIn(facts, { uid: 1000, gid: 1000 })).toBe(who);
});
