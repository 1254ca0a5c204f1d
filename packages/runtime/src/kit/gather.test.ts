import { jobTag } from '@umbracore/contracts';
import {
  aCopyJob,
  aJob,
  aPruneJob,
  aRepository,
  aSnapshot,
  FakeBackend,
  FakeClock,
  FakeRepositories,
} from '@umbracore/testkit';
import { expect, it } from 'vitest';
import { gatherKit, seriesOf } from './gather.ts';

const documents = [jobTag('documents')];

it('puts snapshots together by job and host, others by host and paths, the newest series first', () => {
  const snapshots = [
    aSnapshot({ id: 'd2', time: 20, tags: documents, host: 'laptop', paths: ['/moved'] }),
    aSnapshot({ id: 'd1', time: 10, tags: documents, host: 'laptop', paths: ['/data'] }),
    aSnapshot({ id: 'e1', time: 15, tags: documents, host: 'desktop' }),
    aSnapshot({ id: 'f1', time: 30, tags: [], host: 'laptop', paths: ['/etc'] }),
    aSnapshot({ id: 'f2', time: 5, tags: [], host: 'laptop', paths: ['/srv'] }),
  ];
  expect(seriesOf(snapshots).map((series) => series.map(({ id }) => id))).toEqual([
    ['f1'],
    ['d1', 'd2'],
    ['e1'],
    ['f2'],
  ]);
});

const jobs = [
  aJob({ id: 'documents', repositories: ['main', 'other'], sources: [{ path: '/data', required: true }] }),
  aCopyJob({ id: 'mirror', repositories: ['main'] }),
  aPruneJob({ id: 'tidy', repositories: ['other'] }),
];

const request = (backend: string) => ({
  configuration: { file: '/etc/umbra/umbra.yaml', jobs: new Map(jobs.map((job) => [job.id, job])) },
  repositories: new FakeRepositories({ main: new FakeBackend({ exists: false }) }),
  clock: new FakeClock(),
  definition: aRepository({ backend, password: { scheme: 'env', target: 'PASS' } }),
  withPassword: false,
  madeBy: '1.0.0',
});

it('tells the jobs that work on the repository, and no password that was not asked for', async () => {
  const asked = request('restic');
  await asked.repositories.create(asked.definition);
  expect(await gatherKit(asked)).toMatchObject({
    repository: 'main',
    jobs: [
      { id: 'documents', kind: 'backup', sources: ['/data'] },
      { id: 'mirror', kind: 'copy', sources: [] },
    ],
    password: { from: { scheme: 'env', target: 'PASS' }, value: null },
    series: [],
    madeBy: '1.0.0',
  });
});

it('is only for repositories of restic that can be opened', async () => {
  await expect(gatherKit(request('tarball'))).rejects.toMatchObject({ code: 'backend.unsupported' });
  await expect(gatherKit(request('restic'))).rejects.toMatchObject({ code: 'repository.absent' });
});
