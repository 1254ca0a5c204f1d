import { emptyConfiguration } from '@umbracore/config';
import type { JobDefinition } from '@umbracore/contracts';
import { aChain, aCommandJob, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { chooseRuns, type WantedJobs } from './choose-runs.ts';

function chosen(names: readonly string[], wanted: WantedJobs, ...jobs: readonly JobDefinition[]): readonly string[] {
  const configuration = { ...emptyConfiguration('UTC'), jobs: new Map(jobs.map((job) => [job.id, job])) };
  return chooseRuns({ configuration }, names, wanted).map(({ job }) => job);
}

const tagged = aJob({ id: 'photos', tags: ['pictures'] });
const off = aCommandJob({ id: 'off', enabled: false });

test('by name, by tag, or the only one', () => {
  expect(chosen(['photos', 'off', 'photos'], {}, aJob(), tagged, off)).toEqual(['photos', 'off']);
  expect(chosen([], { tag: ['pictures', 'x'] }, aJob(), tagged)).toEqual(['photos']);
  expect(chosen([], {}, aJob())).toEqual(['documents']);
  expect(() => chosen([], {}, aJob(), tagged)).toThrow('which job?');
  expect(() => chosen(['documents'], { all: true }, aJob())).toThrow(
    expect.objectContaining({ code: 'usage.invalid' }),
  );
});

test('all are all that are enabled, those of a chain by their chain only', () => {
  expect(chosen([], { all: true }, aJob(), tagged, off)).toEqual(['documents', 'photos']);
  const chains = [aChain(['documents -> weekly']), aChain(['photos'], {}, { id: 'weekly' })];
  expect(chosen([], { all: true }, aJob(), tagged, aJob({ id: 'other' }), ...chains)).toEqual(['other', 'nightly']);
  const disabled = { ...aChain(['documents']), enabled: false };
  expect(chosen([], { all: true }, aJob(), disabled)).toEqual(['documents']);
});
