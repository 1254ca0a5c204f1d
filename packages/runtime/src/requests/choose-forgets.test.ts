import { emptyConfiguration } from '@umbracore/config';
import type { JobDefinition } from '@umbracore/contracts';
import { aCommandJob, aForgetJob, aJob, aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { chooseForgets } from './choose-forgets.ts';

const tidy = aForgetJob({ id: 'tidy', repositories: ['home', 'offsite'] });
const music = aForgetJob({ id: 'tidy-music', repositories: ['home'], jobs: ['music'] });
const off = aForgetJob({ id: 'off', repositories: ['home'], enabled: false, jobs: ['letters'] });
const backups = ['documents', 'music'].map((id) => aJob({ id, repositories: ['home'] }));

function chosen(names: readonly string[], jobs: readonly JobDefinition[], repository?: string): readonly string[] {
  const configuration = {
    ...emptyConfiguration('UTC'),
    repositories: new Map(['home', 'offsite'].map((name) => [name, aRepository({ name })])),
    jobs: new Map([...backups, ...jobs].map((job) => [job.id, job])),
  };
  return chooseForgets(configuration, names, repository).map(
    ({ job, repository: where, only }) => `${job} on ${where}${only.length === 0 ? '' : ` of ${only.join(' and ')}`}`,
  );
}

test.each([
  ['no name', [], undefined, ['tidy on home', 'tidy on offsite', 'tidy-music on home']],
  ['no name in one repository', [], 'offsite', ['tidy on offsite']],
  ['a forget job', ['tidy'], undefined, ['tidy on home', 'tidy on offsite']],
  ['a forget job that is off', ['off'], undefined, ['off on home']],
  ['a backup job', ['documents'], 'home', ['tidy on home of documents']],
  ['one that a job of its own is for too', ['music'], 'home', ['tidy on home of music', 'tidy-music on home of music']],
  ['two backup jobs', ['music', 'documents'], 'offsite', ['tidy on offsite of music and documents']],
  ['a backup job and the job that forgets', ['documents', 'tidy'], 'home', ['tidy on home']],
] as const)('%s', (_, names, repository, expected) => {
  expect(chosen(names, [tidy, music, off], repository)).toEqual(expected);
});

test.each([
  [[], [], undefined, 'config.no-policy', 'nothing says which snapshots stay: all of them do'],
  [[], [off], undefined, 'config.no-policy', 'nothing says which snapshots stay: all of them do'],
  [
    ['documents'],
    [music],
    undefined,
    'config.no-policy',
    'nothing says which snapshots of documents stay: all of them do',
  ],
  [['tidy-music'], [music], 'offsite', 'config.no-policy', /^nothing says which .* of tidy-music stay in offsite/],
  [
    ['dump'],
    [aCommandJob({ id: 'dump' })],
    undefined,
    'usage.invalid',
    '"dump" is a command job: it has no snapshots of its own',
  ],
  [['documnts'], [tidy], undefined, 'usage.unknown-job', /documnts/],
  [[], [tidy], 'hme', 'usage.unknown-repository', /hme/],
] as const)('%j is refused', (names, jobs, repository, code, message) => {
  expect(() => chosen(names, jobs, repository)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
