import { emptyConfiguration } from '@umbracore/config';
import { toUmbraError, type RunOptions } from '@umbracore/contracts';
import { aChain, aCopyJob, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { refuseOptions } from './refuse-options.ts';

const jobs = [aJob({ id: 'documents' }), aCopyJob({ id: 'mirror' }), aChain(['documents'], {}, { id: 'nightly' })];

function refusal(options: RunOptions, names: readonly string[], named = true): string {
  const configuration = { ...emptyConfiguration('UTC'), jobs: new Map(jobs.map((job) => [job.id, job])) };
  const runs = names.map((job) => ({ job, trigger: 'manual' }) as const);
  try {
    refuseOptions(configuration, runs, options, { named });
    return '';
  } catch (error) {
    return `${toUmbraError(error).code}: ${toUmbraError(error).message}`;
  }
}

test.each<readonly [RunOptions, string]>([
  [{ strategy: 'full' }, 'usage.invalid: --strategy is for a backup, and "mirror" is a copy'],
  [{ force: true }, 'usage.invalid: --full is for a backup, and "mirror" is a copy'],
  [{ parent: 'abcd' }, 'usage.invalid: --parent is for a backup, and "mirror" is a copy'],
  [{ verifyAfterCompletion: 'full' }, 'usage.invalid: --verify is for a backup, and "mirror" is a copy'],
  [{ verifyAfterCompletion: false }, 'usage.invalid: --no-verify is for a backup, and "mirror" is a copy'],
  [{ compressionLevel: 0 }, 'usage.invalid: --compression-level is for a backup, and "mirror" is a copy'],
  [{ uploadBytesPerSecond: 1 }, 'usage.invalid: --limit-upload is for a backup, and "mirror" is a copy'],
  [{ dryRun: true, retry: false, ignoreConditions: true, strategy: undefined, force: false }, ''],
])('%j of a copy that is named: %j', (options, message) => {
  expect(refusal(options, ['documents', 'mirror'])).toBe(message);
  expect(refusal(options, ['documents'])).toBe('');
});

test('of jobs that nobody named it is for those that it fits', () => {
  expect(refusal({ force: true }, ['mirror', 'documents'], false)).toBe('');
  expect(refusal({ force: true }, ['mirror', 'mirror'], false)).toBe(
    'usage.invalid: --full is for a backup, and none of these jobs is one',
  );
  expect(refusal({ force: true }, ['mirror'], false)).toBe(
    'usage.invalid: --full is for a backup, and "mirror" is a copy',
  );
});

test('a chain hands on to its backups what can be for several', () => {
  expect(refusal({ force: true, compressionLevel: 9 }, ['nightly'])).toBe('');
  expect(refusal({ parent: 'abcd' }, ['nightly'])).toBe(
    'usage.invalid: --parent is for a backup, and "nightly" is a chain',
  );
});
