import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BackendHost,
  type BackendRepository,
  type BackupSpec,
  type EngineLimits,
  type RepositoryDefinition,
  Secret,
  silentLog,
} from '@umbracore/contracts';
import { aRepository, FakeClock } from '@umbracore/testkit';
import { buildCommand, interruptGraceMs } from './command.ts';
import { featuresOf } from './features.ts';
import { verbatimPattern } from './glob.ts';
import { createMask } from './mask.ts';
import { backupCall } from './operations/backup.ts';
import { scopeFlags } from './operations/check.ts';

const unused = (): never => {
  throw new Error('no process may be started here');
};
const host: BackendHost = {
  processes: { prepare: unused, dismiss: unused, start: unused, find: unused, call: unused, converse: unused },
  clock: new FakeClock(),
  log: silentLog,
  cacheDir: '/cache',
  scratchDir: '/scratch',
  env: { PATH: '/bin', HOME: '/home', RESTIC_HOST: 'stray', RESTIC_PASSWORD: 'stray', LD_PRELOAD: 'stray' },
};
const repository = (
  change: Partial<RepositoryDefinition> = {},
  env: Record<string, Secret> = {},
): BackendRepository => ({
  definition: aRepository({ name: 'home', location: '/srv/repo', ...change }),
  password: new Secret('pass phrase'),
  env,
});
const spec: BackupSpec = {
  sources: ['/data'],
  excludes: [],
  excludeIfPresent: [],
  excludeCaches: false,
  oneFileSystem: false,
  tags: [],
  host: 'web1',
  compressionLevel: undefined,
  parent: undefined,
  force: false,
  dryRun: false,
};
const features = featuresOf('0.19.1');

describe('buildCommand', () => {
  it('builds the environment from nothing', () => {
    const { env } = buildCommand('/bin/restic', repository(), host, { name: 'snapshots' });
    const { GOGC, GOMEMLIMIT, ...rest } = env;
    expect(rest).toEqual({ PATH: '/bin', HOME: '/home', RESTIC_PROGRESS_FPS: '4' });
    expect([GOGC, GOMEMLIMIT].every((value) => value === undefined || /^\d+(MiB)?$/.test(value))).toBe(true);
  });

  it('keeps every hostile text inside its own argument', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('--password-command=id', '-r', '--', '$(id)', '{fd:password}', 'a\nb', "';'", '-o'),
    );
    const withoutNul = hostile.map((value) => value.replaceAll('\0', ''));
    fc.assert(
      fc.property(
        fc.array(withoutNul),
        withoutNul,
        fc.array(withoutNul, { minLength: 1 }),
        (patterns, name, sources) => {
          const call = backupCall(
            { repository: repository() },
            { ...spec, excludes: patterns, host: name, sources },
            features,
          );
          const { args } = buildCommand('/bin/restic', repository(), host, { ...call, operands: sources });
          const end = args.indexOf('--');
          expect(args.slice(end + 1)).toEqual(sources);
          for (const flag of args.slice(1, end)) expect(flag).toMatch(/^--[a-z-]+(?:=[^]*)?$/);
          for (const pattern of patterns) expect(args).toContain(`--exclude=${pattern}`);
        },
      ),
    );
  });

  it('hands sources over as bytes that all end in NUL', () => {
    const call = backupCall({ repository: repository() }, { ...spec, sources: ['/a\nb', '/ü'] }, features);
    expect(Object.values(call.descriptors ?? {})).toEqual([Buffer.from('/a\nb\0/ü\0')]);
  });

  it('shows no secret', () => {
    const location = 'rest:https://user:pass%20word@host/r';
    const secret = repository({ location }, { AWS_SECRET_ACCESS_KEY: new Secret('aws key') });
    const command = buildCommand('/bin/restic', secret, host, { name: 'snapshots' });
    expect(JSON.stringify([command.args, command.env])).not.toMatch(/pass phrase|pass%20word|aws key/);
    expect(command.args.join(' ')).toMatch(
      /--repository-file=\{fd:repository-\S+\} --password-file=\{fd:password-\S+\}/,
    );
    expect(command.secretEnv).toEqual({ AWS_SECRET_ACCESS_KEY: secret.env['AWS_SECRET_ACCESS_KEY'] });
  });

  it.each(['RESTIC_PASSWORD', 'RESTIC_REPOSITORY_FILE', 'RESTIC_HOST', 'RESTIC_FROM_PASSWORD'])(
    'refuses %s',
    (name) => {
      const own = repository({}, { [name]: new Secret('x') });
      expect(() => buildCommand('/bin/restic', own, host, { name: 'cat' })).toThrow(
        expect.objectContaining({ code: 'config.invalid-value' }),
      );
    },
  );

  it('passes limits in KiB, those of the operation first', () => {
    const limited = repository({ limits: { uploadBytesPerSecond: 10_240, downloadBytesPerSecond: 100 } });
    const { args } = buildCommand('/r', limited, host, { name: 'cat', limits: { uploadBytesPerSecond: 2048 } });
    expect(args).toEqual(expect.arrayContaining(['--limit-upload=2', '--limit-download=1']));
  });

  it.each<[string, Partial<RepositoryDefinition>, EngineLimits, string | undefined]>([
    ['one that gives way at the disk', {}, { ioPriority: 'idle' }, '--pack-size=8'],
    ['one that does not', {}, { priority: 'idle', ioPriority: 'low' }, undefined],
    ['a repository elsewhere', { location: 'sftp:host:/r' }, { ioPriority: 'idle' }, undefined],
    [
      'a repository that has a size of its own',
      { packSizeBytes: 64 * 1024 ** 2 },
      { ioPriority: 'idle' },
      '--pack-size=64',
    ],
  ])('makes packs of a size: %s', (_, fields, limits, expected) => {
    const flags = backupCall({ repository: repository(fields) }, spec, features, limits).flags ?? [];
    expect(flags.find((flag) => flag.startsWith('--pack-size='))).toBe(expected);
  });

  it.each([
    ['0.14.0', false],
    ['0.18.0', true],
  ])('with %s leaves out counting where an earlier run tells how much there is: %s', (version, expected) => {
    const flags = (given: Partial<BackupSpec>) =>
      backupCall({ repository: repository() }, { ...spec, ...given }, featuresOf(version)).flags;
    expect(flags({ expected: { files: 1, bytes: 2 } })?.includes('--no-scan')).toBe(expected);
    expect(flags({})).not.toContain('--no-scan');
  });

  it.each([
    ['0.14.0', 'auto', 'max'],
    ['0.19.1', 'fastest', 'better'],
  ])('compresses with %s as %s and %s', (version, low, high) => {
    const flags = (compressionLevel: number) =>
      backupCall({ repository: repository() }, { ...spec, compressionLevel }, featuresOf(version)).flags;
    expect(flags(1)).toContain(`--compression=${low}`);
    expect(flags(8)).toContain(`--compression=${high}`);
    expect(flags(0)).toContain('--compression=off');
    expect(() => flags(10)).toThrow(expect.objectContaining({ code: 'config.invalid-value' }));
  });
});

describe('interruptGraceMs', () => {
  it('lets the packs that are being sent arrive', () => {
    expect(interruptGraceMs(repository(), {})).toBe(30_000);
    expect(interruptGraceMs(repository(), { uploadBytesPerSecond: 512 * 1024 })).toBe(30_000 + 1.5 * 64_000);
    expect(interruptGraceMs(repository({ location: 'rest:http://h/' }), { uploadBytesPerSecond: 512 * 1024 })).toBe(
      30_000 + 1.5 * 160_000,
    );
  });
});

describe('createMask', () => {
  it('tells of no credentials where there are none', () => {
    const mask = createMask([repository()]);
    expect(mask('Head "http://:***@host:8000/x/config": refused')).toBe('Head "http://host:8000/x/config": refused');
    expect(mask('Head "http://me:***@host/x": refused')).toBe('Head "http://[secret]@host/x": refused');
  });

  it('hides secrets and credentials in URLs, also unknown ones', () => {
    const mask = createMask([repository({}, { TOKEN: new Secret('t0ken') })]);
    expect(mask('Post "http://u:p@h/x": pass phrase, t0ken')).toBe('Post "http://[secret]@h/x": [secret], [secret]');
    expect(mask('at /srv/a:b@c')).toBe('at /srv/a:b@c');
  });

  it('hides values of four characters, and none that are shorter', () => {
    const mask = createMask([repository({}, { FOUR: new Secret('k4y!'), THREE: new Secret('the') })]);
    expect(mask('the end of k4y!')).toBe('the end of [secret]');
  });
});

describe('featuresOf', () => {
  it.each(['0.13.9', '0.19.0', 'nonsense'])('refuses %s', (version) => {
    expect(() => featuresOf(version)).toThrow(expect.objectContaining({ code: 'engine.version' }));
  });

  it('knows 0.14 from 0.18 and later from both', () => {
    expect(featuresOf('0.14.0')).toMatchObject({ fullSnapshotId: false, exitCodes: false, fineCompression: false });
    expect(featuresOf('0.18.0')).toMatchObject({ fullSnapshotId: true, exitCodes: true, fineCompression: false });
    expect(featuresOf('0.20.0-dev')).toMatchObject({ tagLines: true, fineCompression: true });
  });
});

describe('flags from values', () => {
  it('escapes what a pattern would take for special', () => {
    expect(verbatimPattern('/a*b?[c]\\d')).toBe('/a\\*b\\?\\[c\\]\\\\d');
    expect(verbatimPattern('/raw-\uFFFD')).toBe('/raw-?');
  });

  it('names the part of the data to read', () => {
    expect(scopeFlags({ type: 'part', part: 3, of: 7 })).toEqual(['--read-data-subset=3/7']);
    expect(scopeFlags({ type: 'percent', percent: 2.5 })).toEqual(['--read-data-subset=2.5%']);
    for (const scope of [
      { type: 'part', part: 8, of: 7 },
      { type: 'percent', percent: 0 },
    ] as const) {
      expect(() => scopeFlags(scope)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
    }
  });
});
