import { expect, test } from 'vitest';
import { jobTag, type Backend, type Configuration } from '@umbracore/contracts';
import { aJob, aRepository, aSnapshot } from '@umbracore/testkit';
import { findPair } from './find-pair.ts';

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
