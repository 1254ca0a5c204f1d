import { expect, test } from 'vitest';
import { UmbraError, type Ability, type Backend, type ErrorCode } from '@umbracore/contracts';
import { aRepository } from '@umbracore/testkit';
import { mendNamed } from './mend-named.ts';

const fails = (code: ErrorCode, supports: readonly Ability[] = ['repair']): Backend => {
  const error = new UmbraError(code, 'The pack 5c1f is broken', {
    hint: 'As the backend says.',
    context: { what: 'x' },
  });
  return {
    supports: new Set(supports),
    dump: () => Promise.reject(error),
    // oxlint-disable-next-line require-yield -- it ends before its first entry
    async *list() {
      throw error;
    },
  } as Partial<Backend> as Backend;
};
const wrap = mendNamed(({ name }) => `umbra repo repair ${name} --read all --from offsite`);
const read = async (backend: Backend): Promise<void> => {
  for await (const entry of backend.list('s')) throw new Error(entry.path);
};

test.each<[string, (backend: Backend) => Promise<unknown>]>([
  ['dump', (backend) => backend.dump('s', '/a', () => undefined)],
  ['list', read],
])('%s of a damaged repository names the copy that mends it', async (_, use) => {
  const place = aRepository({ name: 'home' });
  await expect(use(wrap(fails('repository.damaged'), place))).rejects.toMatchObject({
    code: 'repository.damaged',
    message: 'The pack 5c1f is broken',
    hint: expect.stringContaining('umbra repo repair home --read all --from offsite'),
    context: { what: 'x' },
  });
  for (const own of [fails('repository.locked'), fails('repository.damaged', [])])
    await expect(use(wrap(own, place))).rejects.toMatchObject({ hint: 'As the backend says.' });
});
