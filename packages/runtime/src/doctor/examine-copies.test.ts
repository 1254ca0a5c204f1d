import type { JobDefinition } from '@umbracore/contracts';
import { aCopyJob, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { examineCopies } from './examine-copies.ts';

const mirror = aCopyJob({ id: 'mirror', from: 'home', repositories: ['offsite'] });
const direct = aJob({ id: 'photos', repositories: ['home', 'offsite'] });
const only = aJob({ id: 'photos', repositories: ['home'] });

test.each<[string, readonly JobDefinition[], Record<string, string | undefined>, readonly string[]]>([
  ['both are cut alike', [mirror, direct], { home: 'a', offsite: 'a' }, []],
  ['one of them could not be asked', [mirror, direct], { home: 'a', offsite: undefined }, []],
  ['it gets copies alone', [mirror, only], { home: 'a', offsite: 'b' }, []],
  ['it gets both, cut at other places', [mirror, direct], { home: 'a', offsite: 'b' }, ['offsite']],
])('%s', (_, jobs, chunkers, subjects) => {
  const found = examineCopies(new Map(jobs.map((job) => [job.id, job])), new Map(Object.entries(chunkers)));
  expect([...found].map(({ subject }) => subject)).toEqual(subjects);
});
