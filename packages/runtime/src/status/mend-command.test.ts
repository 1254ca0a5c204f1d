import { aCopyJob, aJob, aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { mendCommand } from './mend-command.ts';

const mirror = aCopyJob({ id: 'mirror', from: 'home', repositories: ['offsite', 'usb'] });
const jobs = [aJob(), mirror];

test.each([
  ['home', ' --from offsite'],
  ['usb', ' --from home'],
  ['alone', ''],
])('%s is mended%s', (repository, from) => {
  expect(mendCommand(jobs, aRepository({ name: repository }))).toBe(
    `umbra repo repair ${repository} --read all${from}`,
  );
});
