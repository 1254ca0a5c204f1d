import type { JobDefinition, Schedule } from '@umbracore/contracts';
import { aChain, aCheckJob, aCommandJob, aCopyJob, aForgetJob, aJob, aPolicy, aPruneJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { duenessOf, workOf } from './job-words.ts';

const daily: Schedule = {
  recurrence: { type: 'daily', at: { hour: 2, minute: 0 } },
  zone: 'UTC',
  text: 'daily at 02:00',
};
const manual: Schedule = { recurrence: { type: 'manual' }, zone: 'UTC', text: 'manual' };
const day = 86_400_000;

test.each<readonly [JobDefinition, string]>([
  [aJob({ sources: ['/a', '/b'].map((path) => ({ path, required: true })) }), '/a, /b'],
  [
    aJob({ sources: [{ path: '/a.sql', required: true, program: { command: ['pg_dump', 'app'], env: {} } }] }),
    'what pg_dump app writes',
  ],
  [aCopyJob(), 'from other'],
  [aCopyJob({ jobs: ['documents', 'photos'] }), 'from other of documents, photos'],
  [aForgetJob(), 'keeps 1 last'],
  [
    aForgetJob({ policy: aPolicy({ daily: 7, withinMs: 30 * day, tags: ['gold'], minimum: 3 }), jobs: ['documents'] }),
    'keeps 7 daily, within 30d, tag gold, at least 3 of documents',
  ],
  [aPruneJob(), ''],
  [aCheckJob(), ''],
  [aCheckJob({ readPercent: 2.5 }), 'reads 2.5%'],
  [aCommandJob({ command: ['pg_dump', 'app'] }), 'pg_dump app'],
  [aChain(['a -> b']), 'a, b'],
])('%#: what a job does: %s', (job, words) => {
  expect(workOf(job)).toBe(words);
});

test.each<readonly [Partial<JobDefinition>, string]>([
  [{}, 'manual'],
  [{ schedules: [manual] }, 'manual'],
  [{ schedules: [daily, manual] }, 'daily at 02:00'],
  [
    {
      schedules: [manual],
      after: (['success', 'warning'] as const).map((on) => ({ job: 'documents', on, withinMs: undefined })),
    },
    'after documents',
  ],
  [{ schedules: [daily], atLeastEveryMs: 14 * day }, 'daily at 02:00; at least every 14d'],
])('%#: when a job is due', (fields, words) => {
  expect(duenessOf({ ...aPruneJob(), ...fields } as JobDefinition)).toBe(words);
});
