import type { JobDefinition } from '@umbracore/contracts';
import { aDrillJob, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { drillFor, type WantedDrill } from './choose-drill.ts';

const monthly = aDrillJob({ id: 'monthly', canaries: ['/c'], jobs: ['documents'], files: 7 });
const jobs = new Map<string, JobDefinition>([
  ['documents', aJob()],
  ['elsewhere', aDrillJob({ id: 'elsewhere', repositories: ['other'] })],
  ['monthly', monthly],
]);
const own = { id: 'restore-test-main', repositories: ['main'], schedules: [] };

test.each<[string, WantedDrill, object]>([
  ['the one that is there', { repository: 'main' }, monthly],
  ['more files', { repository: 'main', files: 40 }, { ...own, files: 40, canaries: ['/c'], jobs: ['documents'] }],
  ['one job', { repository: 'main', job: 'music' }, { ...own, files: 7, canaries: [], jobs: ['music'] }],
  ['where there is none', { repository: 'third' }, { id: 'restore-test-third', files: 25, jobs: [], canaries: [] }],
])('%s', (_, wanted, expected) => {
  expect(drillFor({ jobs }, wanted)).toMatchObject(expected);
});
