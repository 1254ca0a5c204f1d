import { aCopyJob, aJob, aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { commandAgainstDamage, mendCommand } from './mend-command.ts';

const mirror = aCopyJob({ id: 'mirror', from: 'home', repositories: ['offsite', 'usb'] });
const jobs = [aJob(), mirror];

test.each([
  ['home', ' --from offsite'],
  ['usb', ' --from home'],
  ['alone', ''],
])('%s is mended%s', (repository, from) => {
  expect(mendCommand(jobs, aRepository({ name: repository, backend: 'restic' }))).toBe(
    `umbra repo repair ${repository} --read all${from}`,
  );
});

test('where nobody knows what mends it, damage is looked at', () => {
  const repository = aRepository({ name: 'home', backend: 'tape' });
  expect(mendCommand(jobs, repository)).toBeUndefined();
  expect(commandAgainstDamage(jobs, repository)).toBe('umbra verify home');
  expect(mendCommand(jobs, repository, new Set(['repair']))).toBe('umbra repo repair home --read all --from offsite');
});
