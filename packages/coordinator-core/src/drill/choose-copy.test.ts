import type { CopyPlace } from '@umbracore/contracts';
import { aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { copiesFor } from './choose-copy.ts';

const place = (name: string, location: string, as: CopyPlace['as'], jobs: readonly string[] = []): CopyPlace => ({
  repository: aRepository({ name, location }),
  as,
  jobs,
});

const far = place('far', 'rest:https://backup.example/far', 'copy');
const farOrigin = place('far origin', 'sftp:host:/origin', 'origin');
const usb = place('usb', '/mnt/usb', 'copy');
const origin = place('origin', '/srv/origin', 'origin', ['documents']);

test.each([
  ['the one on this machine, before any elsewhere', [far, usb], 'documents', ['usb', 'far']],
  [
    'what the copies were made of, before another copy',
    [far, usb, farOrigin, origin],
    'documents',
    ['origin', 'usb', 'far origin', 'far'],
  ],
  ['only those that have copies of the job', [origin, far], 'music', ['far']],
  ['nobody where there is none', [origin], 'music', []],
])('asked is %s', (_, places, job, names) => {
  expect(copiesFor(places, job).map((chosen) => chosen.place.repository.name)).toEqual(names);
});

test('the choice says why', () => {
  expect(copiesFor([far, origin], 'documents').map(({ reason }) => reason)).toEqual([
    'it is what the copies were made of, on this machine',
    'it has the copies, elsewhere',
  ]);
});
