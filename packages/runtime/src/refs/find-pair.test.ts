import { expect, test } from 'vitest';
import { jobTag, type Backend, type Configuration } from '@umbracore/contracts';
import { aJob, aRepository, aSnapshot } from '@umbracore/testkit';
import { findPair } from './find-pair.ts';
import { findReadable } from './find-readable.ts';

const repository = (name: string) => aRepository({ name });

/** Each job works on a repository of its own. */
const configuration = {
  repositories: new Map(['home', 'other'].map((name) => [name, repository(name)])),
  jobs: new Map([
    ['documents', aJob({ id: 'documents', repositories: ['home'] })],
    ['letters', aJob({ id: 'letters', repositories: ['other'] })],
  ]),
} as Partial<Configuration> as Configuration;

const backend = {
  supports: new Set(),
  snapshots: () => Promise.resolve([aSnapshot({ tags: [jobTag('documents')] })]),
} as Partial<Backend> as Backend;
const reach = {
  configuration,
  repositories: { backend: () => Promise.resolve(backend) },
  catalogs: { find: () => undefined },
  clock: { now: () => Date.now() },
};

test.each([
  [['documents@latest', 'letters@latest'], 'no repository holds both snapshots'],
  [['documents@latest', '0123abcd'], 'there is no snapshot "0123abcd" in home'],
  [['documents@latest', 'documents@-7'], 'there is no snapshot "documents@-7" in home'],
])('%j cannot be compared: %s', async (refs, message) => {
  await expect(findPair(reach, refs, {})).rejects.toMatchObject({ code: 'snapshot.absent', message });
});

test('one that would be there but for those that are dated in the future: that is said', async () => {
  const now = Date.now();
  const ofDay = (day: number) => aSnapshot({ time: now + day * 86_400_000, tags: [jobTag('documents')] });
  const snapshots = () => Promise.resolve([ofDay(-1), ofDay(1), ofDay(2)]);
  const ahead = { ...reach, repositories: { backend: () => Promise.resolve({ ...backend, snapshots }) } };
  const hint = expect.stringContaining('2 dated in the future are passed over; name one by its id') as string;
  await expect(findPair(ahead, ['documents@-2', 'documents@latest'], {})).rejects.toMatchObject({ hint });
  await expect(findReadable(ahead, 'documents@-2', {})).rejects.toMatchObject({ code: 'snapshot.absent', hint });
});
