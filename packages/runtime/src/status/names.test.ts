import { expect, test } from 'vitest';
import type { Configuration } from '@umbracore/contracts';
import { aJob, aRepository } from '@umbracore/testkit';
import { repositoriesFor } from './names.ts';

const configuration = {
  repositories: new Map(['home', 'other'].map((name) => [name, aRepository({ name })])),
  jobs: new Map([['documents', aJob({ id: 'documents', repositories: ['home'] })]]),
} as Partial<Configuration> as Configuration;

const names = (job?: string, repository?: string): readonly string[] =>
  repositoriesFor(configuration, job, repository).map(({ name }) => name);

test('the repository that is asked for, else those of the job, else all of them', () => {
  expect([names(), names('documents'), names('documents', 'other')]).toEqual([['home', 'other'], ['home'], ['other']]);
});

// Listings name it: what it saved is still there.
test('of a job that was renamed or removed, the one that is asked for; without it, that is advised', () => {
  expect(names('papers', 'home')).toEqual(['home']);
  const hint = 'Choose one of: documents. What a job saved that is gone is found with --repo.';
  expect(() => names('papers')).toThrow(expect.objectContaining({ code: 'usage.unknown-job', hint }));
});
