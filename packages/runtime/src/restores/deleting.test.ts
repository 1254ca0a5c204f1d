import { expect, test } from 'vitest';
import { jobTag, runTag, type JobDefinition, type RunRecord } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import { deletingFor } from './deleting.ts';

const unreadable = { unreadable: [{ path: '/home/ada/secret', reason: 'permission denied' }] } as unknown as RunRecord;
const job = aJob({ excludes: ['*.tmp'], excludeIfPresent: ['.nobackup', 'TAG:Signature'] });
const sources = (jobs: readonly JobDefinition[]) => ({
  configuration: { jobs: new Map(jobs.map((each) => [each.id, each])) },
  store: { run: (id: string) => Promise.resolve(id === 'r-1' ? unreadable : undefined) },
});

test('what the job leaves out is spared, and what its run could not read', async () => {
  expect(await deletingFor(sources([job]), { tags: [jobTag(job.id), runTag('r-1')] })).toEqual({
    spared: ['*.tmp', '/home/ada/secret'],
    sparedIfPresent: ['.nobackup', 'TAG'],
  });
});

test('of a snapshot of nobody nothing is known', async () => {
  const nothing = { spared: [], sparedIfPresent: [] };
  expect(await deletingFor(sources([job]), { tags: [] })).toEqual(nothing);
  expect(await deletingFor(sources([]), { tags: [jobTag(job.id), runTag('r-2')] })).toEqual(nothing);
});
