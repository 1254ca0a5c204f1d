import { describe, expect, test } from 'vitest';
import { addressOf, type RequestOf } from '../protocol/requests.ts';
import { permitBackup, permitFreeze, permitLook, permitMount, permitRestore, permitVolume } from './permit.ts';
import { parsePolicy, type PolicyInput } from './policy.ts';

const text: PolicyInput = {
  version: 1,
  users: [1000],
  engine: '/usr/bin/restic',
  repositories: {
    home: { location: '/srv/home', password: 'file:/etc/umbra/home.pass' },
    away: { location: 'sftp:away:/r', password: 'file:/etc/umbra/away.pass', restore: true },
  },
  jobs: { system: { repositories: ['home'], sources: ['/etc', '/srv/www'], excludes: ['*.tmp'], tags: ['base'] } },
  volumes: { data: { kind: 'btrfs', subvolume: '/data', folder: '/data/.snapshots' } },
  locations: { disk: { device: '/dev/sdz1', at: '/mnt/disk', fileSystem: 'ext4' } },
};
const policy = parsePolicy(JSON.stringify(text), 'helper.json');

const spec: RequestOf<'backup'>['spec'] = {
  sources: ['/etc', '/srv/www'],
  excludes: ['*.tmp'],
  excludeIfPresent: [],
  excludeCaches: false,
  oneFileSystem: false,
  tags: ['umbra-run:r-01JD3MABCDEFGH12', 'umbra-job:system', 'base'],
  host: 'here',
  force: false,
  dryRun: false,
};
const request: RequestOf<'backup'> = {
  seq: 1,
  verb: 'backup',
  id: '0'.repeat(32),
  job: 'system',
  repository: 'home',
  address: addressOf('/srv/home'),
  orphanPolicy: 'adopt',
  limits: {},
  spec,
};
const asking = (change: Partial<typeof spec>, more: Partial<typeof request> = {}) =>
  permitBackup(policy, { ...request, ...more, spec: { ...spec, ...change } });

describe('a backup', () => {
  test.each([
    ['as it stands in the policy', {}],
    ['with a source less, which is not there today', { sources: ['/etc'] }],
    ['of a base', { tags: [...spec.tags.slice(0, 2), 'umbra-base', 'base'] }],
    ['compared with a parent, read again, or only tried', { parent: 'abcdef12', force: true, dryRun: true }],
  ])('%s is allowed', (_what, change) => {
    expect(asking(change)).toMatchObject({ allowed: true, repository: policy.repositories['home'] });
  });

  test.each([
    ['another source', { sources: ['/etc', '/root'] }, 'no source /root'],
    ['a folder above', { sources: ['/'] }, 'no source /'],
    ['a source that only looks the same', { sources: ['/etc/'] }, 'no source /etc/'],
    ['fewer excludes', { excludes: [] }, 'other excludes'],
    ['more excludes', { excludes: ['*.tmp', '*'] }, 'other excludes'],
    ['a file that leaves folders out', { excludeIfPresent: ['.x'] }, 'another excludeIfPresent'],
    ['caches left out', { excludeCaches: true }, 'another excludeCaches'],
    ['one file system', { oneFileSystem: true }, 'another oneFileSystem'],
    ['no tag of a run', { tags: spec.tags.slice(1) }, 'other tags'],
    ['the tag of another job', { tags: [spec.tags[0] ?? '', 'umbra-job:other', 'base'] }, 'other tags'],
    ['tags of its own', { tags: [...spec.tags, 'umbra-pin'] }, 'other tags'],
  ])('with %s is refused', (_what, change, why) => {
    expect(asking(change)).toEqual({
      allowed: false,
      why: `The policy has ${why} for job system`,
      hint: expect.any(String),
    });
  });

  test('to where the policy has another repository of that name is refused', () => {
    expect(asking({}, { address: addressOf('/srv/other') })).toMatchObject({
      allowed: false,
      why: 'The policy has another address for repository home',
    });
  });

  test.each([
    ['rest:https://u:p@h/r', 'rest:https://h/r', true],
    ['rest:https://u:p@ss@h:8000/r', 'rest:https://h:8000/r', true],
    ['sftp://u:p@h//r', 'sftp://u@h//r', true],
    ['sftp://u:p@h//r', 'sftp://other@h//r', false],
    ['rest:https://u:p@other/r', 'rest:https://h/r', false],
    ['rest:http://h:8000/u@r', 'rest:http://h:8000/r', false],
  ])('to %s, where the policy has %s with the login beside it: %s', (configured, location, allowed) => {
    const home = { location, password: 'file:/etc/umbra/home.pass' };
    const apart = parsePolicy(JSON.stringify({ ...text, repositories: { ...text.repositories, home } }), 'helper.json');
    expect(permitBackup(apart, { ...request, address: addressOf(configured) })).toMatchObject({ allowed });
  });

  test.each([
    ['of a job that is not there', { job: 'other' }],
    ['of a name that every map has', { job: 'constructor' }],
    ['to a repository that the job does not have', { repository: 'away' }],
    ['to one that nobody has', { repository: 'toString' }],
  ])('%s is refused', (_what, more) => {
    expect(asking({}, more)).toMatchObject({ allowed: false });
  });
});

test('only sources of the job are looked at', () => {
  const look = (sources: string[]) =>
    permitLook(policy, { seq: 1, verb: 'look', job: 'system', repository: 'home', sources });
  expect(look(['/etc'])).toMatchObject({ allowed: true });
  expect(look(['/etc', '/etc/shadow'])).toMatchObject({ allowed: false });
});

test('only what the policy gives back is restored', () => {
  const asked: RequestOf<'restore'> = {
    seq: 1,
    verb: 'restore',
    id: '0'.repeat(32),
    address: addressOf('sftp:away:/r'),
    orphanPolicy: 'die',
    limits: {},
    snapshot: 'abcdef12',
    include: [],
    exclude: [],
    repository: '',
    verify: false,
  };
  const restore = (repository: string, more: Partial<RequestOf<'restore'>> = {}) =>
    permitRestore(policy, {
      ...asked,
      repository,
      ...more,
    });
  expect(restore('away')).toMatchObject({ allowed: true });
  expect(restore('home', { address: addressOf('/srv/home') })).toMatchObject({
    allowed: false,
    why: 'The policy lets nobody restore from home',
  });
  expect(restore('away', { address: addressOf('/r') })).toMatchObject({
    allowed: false,
    why: 'The policy has another address for repository away',
  });
  expect(restore('valueOf')).toMatchObject({ allowed: false });
  expect(restore('away', { include: ['/a'], exclude: ['b'] })).toMatchObject({ allowed: false });
});

test('volumes and locations are those of the policy', () => {
  expect(permitVolume(policy, 'data')).toMatchObject({ allowed: true });
  expect(permitVolume(policy, 'hasOwnProperty')).toMatchObject({ allowed: false });
  expect(permitMount(policy, 'disk')).toMatchObject({ allowed: true });
  expect(permitMount(policy, 'data')).toMatchObject({ allowed: false });
});

test.each([
  ['a key that it does not know', { ...text, run: ['sh'] }, 'helper.json: unknown key "run"'],
  ['a key of a job that it does not know', { ...text, jobs: { j: { run: 'sh' } } }, 'jobs.j: unknown key "run"'],
  ['another version', { ...text, version: 2 }, 'version: has to be 1'],
  ['no engine', { ...text, engine: undefined }, 'engine: is missing'],
  ['text for a list', { ...text, users: 'me' }, 'users: has to be a list'],
  ['a list for a map', { ...text, jobs: [] }, 'jobs: has to be a map'],
  ['a list for what has keys', { ...text, jobs: { j: [] } }, 'jobs.j: has to be a map'],
  ['a number for text', { ...text, engine: 1 }, 'engine: has to be text'],
  [
    'a fraction for a whole number',
    { ...text, repositories: { r: { location: '/r', password: 'file:/p', packSizeBytes: 1.5 } } },
    'repositories.r.packSizeBytes: has to be a whole number',
  ],
  [
    'text for yes or no',
    { ...text, repositories: { r: { location: '/r', password: 'file:/p', restore: 'yes' } } },
    'repositories.r.restore: has to be true or false',
  ],
  [
    'a password in an address',
    { ...text, repositories: { r: { location: 'rest:https://u:p@h/', password: 'file:/p' } } },
    'location',
  ],
  ['a secret in clear', { ...text, repositories: { r: { location: '/r', password: 'hunter2' } } }, 'password'],
  [
    'a secret that a command tells',
    { ...text, repositories: { r: { location: '/r', password: 'command:x' } } },
    'password',
  ],
  ['a relative source', { ...text, jobs: { j: { repositories: ['home'], sources: ['etc'] } } }, 'sources'],
  [
    'an unknown repository',
    { ...text, jobs: { j: { repositories: ['gone'], sources: ['/etc'] } } },
    'names the repository gone',
  ],
])('a policy with %s is refused, and it is said where', (_what, wrong, where) => {
  expect(() => parsePolicy(JSON.stringify(wrong), 'helper.json')).toThrow(where);
});

test('sources are kept as they are in the way that the policy has, and read so only then', () => {
  const own = {
    ...text.jobs?.['system'],
    repositories: ['home'],
    sources: ['/etc', '/srv/www'],
    snapshot: 'btrfs',
  } as const;
  const frozen = parsePolicy(JSON.stringify({ ...text, jobs: { system: own } }), 'helper.json');
  const freeze = { seq: 1, verb: 'freeze', job: 'system', repository: 'home', snapshot: 'btrfs', id: 'n' } as const;
  expect(permitFreeze(frozen, freeze).allowed).toBe(true);
  expect(permitFreeze(frozen, { ...freeze, snapshot: 'auto' })).toMatchObject({
    why: 'The policy has snapshot: btrfs for job system',
  });
  expect(permitFreeze(policy, freeze)).toMatchObject({ why: 'The policy has no snapshot for job system' });
  expect(permitBackup(frozen, request)).toMatchObject({ why: 'The policy has snapshot: btrfs for job system' });
  expect(permitBackup(frozen, { ...request, frozen: 'n' }).allowed).toBe(true);
  expect(permitBackup(policy, { ...request, frozen: 'n' })).toMatchObject({
    why: 'The policy has no snapshot for job system',
  });
});
