import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunQuery } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { openIn, subjects, temporaryFolder } from './stores.ts';

describe.each(Object.entries(subjects))('the %s store', (_name, makeSubject) => {
  test.each<[RunQuery]>([
    [{ limit: -1 }],
    [{ limit: Number.NaN }],
    [{ limit: 1.5 }],
    [{ limit: Infinity }],
    [{ since: Number.NaN }],
    [{ until: Number.NaN }],
  ])('refuses %o', async (query) => {
    await using subject = await makeSubject();
    const refused = expect.objectContaining({ code: 'usage.invalid' });
    await expect(subject.store.runs(query)).rejects.toThrow(refused);
    await expect(subject.store.runs({ ...query, text: 'a' })).rejects.toThrow(refused);
    await expect(subject.store.count(query)).rejects.toThrow(refused);
  });

  test.each([-1, Number.NaN, 1.5, Infinity])('refuses %f deliveries', async (limit) => {
    await using subject = await makeSubject();
    await expect(subject.store.outbox.deliveries({ limit })).rejects.toThrow(
      expect.objectContaining({ code: 'usage.invalid' }),
    );
  });
});

test('a wrong question is no sign of damage', async () => {
  using folder = temporaryFolder();
  await using store = await openIn(folder.path);
  await expect(store.runs({ limit: Number.NaN })).rejects.toThrow('limit is NaN');
  expect(existsSync(join(folder.path, 'state.db.suspect'))).toBe(false);
});

test('a store that is closed says so', async () => {
  using folder = temporaryFolder();
  const store = await openIn(folder.path);
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  const closed = expect.objectContaining({ code: 'usage.invalid', message: 'The store is closed' });
  await expect(store.runs({})).rejects.toThrow(closed);
  await expect(store.outbox.place()).rejects.toThrow(closed);
});
