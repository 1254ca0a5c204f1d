import { describe, expect, it } from 'vitest';
import { Secret, type BackendRepository, type RepositoryDefinition } from '@umbracore/contracts';
import { readablePath } from './place.ts';

const repository = (change: Partial<RepositoryDefinition> = {}): BackendRepository => ({
  password: new Secret('secret'),
  env: {},
  definition: {
    name: 'home',
    backend: 'restic',
    location: '/srv/backup',
    password: undefined,
    env: {},
    compression: undefined,
    packSizeBytes: undefined,
    limits: {},
    lockWaitMs: 0,
    options: {},
    ...change,
  },
});

describe('readablePath', () => {
  it.each([
    ['/srv/backup', '/srv/backup'],
    ['local:/srv/backup', '/srv/backup'],
    ['/srv/with:colon', '/srv/with:colon'],
  ])('reads %s in %s', (location, path) => {
    expect(readablePath(repository({ location }), {})).toMatchObject({ path });
  });

  it.each(['sftp:user@host:/srv', 'rest:http://host/', 's3:host/bucket', 'rclone:remote:path', 'b2:bucket:'])(
    'leaves %s to restic',
    (location) => {
      expect(readablePath(repository({ location }), {})).toMatchObject({ path: undefined });
    },
  );

  it('says why it does not', () => {
    const reasons = [
      readablePath(repository(), { UMBRA_NATIVE: 'off' }),
      readablePath(repository({ native: false }), {}),
      readablePath(repository({ location: 'relative' }), {}),
      readablePath({ ...repository(), password: undefined }, {}),
    ].map((place) => (place.path === undefined ? place.reason : ''));
    expect(reasons).toEqual([
      'UMBRA_NATIVE is off',
      'native reading is off for this repository',
      'its location is no absolute path',
      'there is no password',
    ]);
  });

  it('is on if nothing is said, and with every other word', () => {
    expect(readablePath(repository({ native: true }), { UMBRA_NATIVE: 'on' }).path).toBe('/srv/backup');
  });
});
