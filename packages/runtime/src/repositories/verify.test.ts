import { expect, test } from 'vitest';
import { UmbraError, type Backend } from '@umbracore/contracts';
import { aRepository } from '@umbracore/testkit';
import { verifyRepository } from './verify.ts';

test('a repository elsewhere is asked whether it is there before its engine checks', async () => {
  const called: string[] = [];
  const away = new UmbraError('repository.unreachable', 'nobody answers');
  const backend = {
    supports: new Set(['check']),
    open: () => Promise.reject(away),
    check: () => {
      called.push('check');
      return Promise.reject(away);
    },
  } as Partial<Backend> as Backend;
  const repositories = { backend: () => Promise.resolve(backend) } as never;
  await expect(verifyRepository({ repositories }, aRepository({}), { type: 'structure' })).rejects.toBe(away);
  expect(called).toEqual([]);
});
