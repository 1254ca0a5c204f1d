import { expect, test } from 'vitest';
import type { RestoreRecord } from '@umbracore/restore';
import { examineRestores } from './examine-restores.ts';

const record = (change: Partial<RestoreRecord>): RestoreRecord =>
  ({ id: 'x-1', snapshot: 'a'.repeat(64), target: null, state: 'moving', ...change }) as RestoreRecord;

test.each<[Partial<RestoreRecord>, string, RegExp]>([
  [{}, 'aaaaaaaa in place broke off with a part of it in place', /--resume x-1.*--undo x-1/],
  [{ state: 'staging', target: '/new' }, 'aaaaaaaa into /new broke off before anything was in place', /--discard x-1/],
  [{ state: 'undoing' }, 'aaaaaaaa in place is taken back in part', /--undo x-1$/],
])('a restore that is not at its end: %j', async (change, text, fix) => {
  const found = [];
  for await (const finding of examineRestores({ restores: { left: () => [record(change)] } })) found.push(finding);
  expect(found).toEqual([
    { area: 'restore', subject: 'x-1', standing: 'attention', text, fix: expect.stringMatching(fix) },
  ]);
});
