import type { JobDefinition } from '@umbracore/contracts';
import { aDrillJob, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { drillFor, type RestoreTestWish } from './restore-test.ts';

const drill = aDrillJob({ id: 'monthly', canaries: ['/c'], jobs: ['documents'] });
const jobs = new Map<string, JobDefinition>([
  ['documents', aJob()],
  ['elsewhere', aDrillJob({ id: 'elsewhere', repositories: ['other'] })],
  ['monthly', drill],
]);

test.each<[string, string, RestoreTestWish, object]>([
  ['the one that is there', 'main', { files: undefined, job: undefined }, drill],
  ['the same with more files', 'main', { files: 40, job: undefined }, { ...drill, files: 40 }],
  ['only for a job', 'main', { files: undefined, job: 'documents' }, { ...drill, canaries: [] }],
  [
    'a new one for a job that it does not try',
    'main',
    { files: 3, job: 'music' },
    { id: 'restore-test-main', files: 3, jobs: ['music'], repositories: ['main'] },
  ],
  ['a new one where there is none', 'third', { files: undefined, job: undefined }, { files: 25, jobs: [] }],
])('%s', (_, name, wish, expected) => {
  expect(drillFor({ jobs }, { name }, wish)).toMatchObject(expected);
});
