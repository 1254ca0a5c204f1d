import type { RepositoryDefinition } from '@umbracore/contracts';
import { aRepository } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kitCommands } from './commands.ts';
import type { KitFacts } from './facts.ts';
import { placeOf } from './place.ts';
import { kitText } from './text.ts';

const noon = Date.UTC(2026, 10, 26, 12);

function aKit(repository: Partial<RepositoryDefinition> = {}, facts: Partial<KitFacts> = {}): KitFacts {
  const definition = aRepository({ password: { scheme: 'file', target: '/etc/umbra/home.pass' }, ...repository });
  return {
    repository: definition.name,
    id: 'a72e8fe1'.repeat(8),
    format: 2,
    place: placeOf(definition),
    password: { from: definition.password ?? null, value: null },
    engine: { name: 'restic', version: '0.19.1' },
    configurationFile: '/home/me/.config/umbra/umbra.yaml',
    jobs: [{ id: 'documents', kind: 'backup', sources: ['/home/me/Documents'] }],
    series: [
      {
        job: 'documents',
        host: 'laptop',
        snapshots: 3,
        newest: { id: '41dbb77c'.repeat(8), time: noon, paths: ['/home/me/Documents'] },
        file: '/home/me/Documents/taxes/return.pdf',
      },
    ],
    host: 'laptop',
    madeAt: noon,
    madeBy: '1.0.0',
    ...facts,
  };
}

const linesFor = (facts: KitFacts, purpose: string): readonly string[] =>
  kitCommands(facts).find((command) => command.purpose === purpose)?.lines ?? [];

const canary = 'canary-7f3a';

describe('the place', () => {
  const secret = { scheme: 'env', target: 'BUCKET_SECRET' };
  it.each<readonly [string, Partial<RepositoryDefinition>, readonly string[]]>([
    ['a folder', { location: '/mnt/backup' }, ["RESTIC_REPOSITORY='/mnt/backup'"]],
    [
      'a folder with blanks and quotes',
      { location: `/mnt/my "back up"/it's` },
      [`RESTIC_REPOSITORY='/mnt/my "back up"/it'\\''s'`],
    ],
    ['a host', { location: 'sftp:me@nas:/backup' }, ["RESTIC_REPOSITORY='sftp:me@nas:/backup'"]],
    [
      'a host by URL, with what ssh ignores',
      { location: `sftp://me:${canary}@nas:2222//backup` },
      ["RESTIC_REPOSITORY='sftp://me@nas:2222//backup'"],
    ],
    [
      'a server without a login',
      { location: 'rest:https://nas:8000/home/' },
      ["RESTIC_REPOSITORY='rest:https://nas:8000/home/'"],
    ],
    [
      'a server with a login in the address',
      { location: `rest:https://me:${canary}@nas:8000/home/` },
      [
        "RESTIC_REPOSITORY='rest:https://nas:8000/home/'",
        "RESTIC_REST_USERNAME='put its value here'",
        "RESTIC_REST_PASSWORD='put its value here'",
        'export RESTIC_REST_PASSWORD',
      ],
    ],
    [
      'a server with a password that nobody encoded',
      { location: `rest:https://me:a/b@${canary}@nas:8000/home/` },
      ["RESTIC_REPOSITORY='rest:https://nas:8000/home/'"],
    ],
    [
      'a bucket with keys',
      {
        location: 's3:https://s3.example.net/bucket',
        env: {
          AWS_ACCESS_KEY_ID: { scheme: 'file', target: '/etc/umbra/s3 id' },
          AWS_SECRET_ACCESS_KEY: { scheme: 'command', target: ['pass', 'show', "s3/it's"] },
          AWS_SESSION_TOKEN: secret,
          AWS_PROFILE: { scheme: 'env', target: 'AWS_PROFILE' },
          AWS_REGION: { scheme: 'vault', target: 'region' },
        },
      },
      [
        "KEPT_IN='/etc/umbra/s3 id'",
        'AWS_ACCESS_KEY_ID=$(cat "$KEPT_IN")',
        "AWS_SECRET_ACCESS_KEY=$( pass show 's3/it'\\''s' )",
        'AWS_SESSION_TOKEN=$BUCKET_SECRET',
        'export AWS_PROFILE',
        "AWS_REGION='put its value here'",
      ],
    ],
    ['a remote of rclone', { location: 'rclone:cloud:backup' }, ["RESTIC_REPOSITORY='rclone:cloud:backup'"]],
    [
      'a variable that is none',
      { env: { 'X; id': secret, OTHER: { scheme: 'env', target: '(id)' } } },
      ["OTHER='put its value here'"],
    ],
  ])('%s', (_, repository, lines) => {
    const facts = aKit(repository);
    expect(linesFor(facts, 'set-up')).toEqual(expect.arrayContaining([...lines]));
    expect(linesFor(facts, 'set-up').join('\n')).not.toContain('id;');
    expect(kitText(facts) + JSON.stringify(facts)).not.toContain(canary);
  });

  it('names what is needed, and where its values are', () => {
    const text = kitText(
      aKit({
        location: 's3:https://s3.example.net/bucket',
        env: { AWS_ACCESS_KEY_ID: { scheme: 'file', target: '/etc/s3' } },
      }),
    );
    expect(text).toContain('  s3:https://s3.example.net/bucket\n');
    expect(text).toContain('- AWS_ACCESS_KEY_ID: in the file /etc/s3\n');
    expect(text).toContain('~/.aws/credentials');
    expect(kitText(aKit({ location: 'rclone:cloud:backup' }))).toContain('rclone.org');
    expect(kitText(aKit({ location: 'sftp:me@nas:/backup' }))).toContain('~/.ssh');
  });

  it('gives every command the options that the storage needs, but not what only makes it faster', () => {
    const options = { 'sftp.command': 'ssh -p 2222 nas -s sftp', 'sftp.connections': 8, cacert: '/etc/ca.pem' };
    const facts = aKit({ options });
    expect(facts.place.options).toEqual(['sftp.command=ssh -p 2222 nas -s sftp']);
    expect(linesFor(facts, 'set-up')).toContain("OPTION_1='sftp.command=ssh -p 2222 nas -s sftp'");
    expect(linesFor(facts, 'check')).toEqual([
      'restic -o "$OPTION_1" --cacert /etc/ca.pem check',
      'restic -o "$OPTION_1" --cacert /etc/ca.pem check --read-data',
    ]);
  });
});

describe('the password', () => {
  const text = (facts: KitFacts): string => kitText(facts).replaceAll(/\s+/g, ' ');

  it.each<readonly [string, RepositoryDefinition['password'], string, string]>([
    ['a file', { scheme: 'file', target: '/a b' }, 'in the file /a b', "RESTIC_PASSWORD_FILE='/a b'"],
    ['a variable', { scheme: 'env', target: 'PASS' }, 'in the environment variable PASS', 'RESTIC_PASSWORD=$PASS'],
    ['a command', { scheme: 'command', target: ['pass', 'x'] }, 'by the command pass x', 'RESTIC_PASSWORD=$( pass x )'],
    ['a plug-in', { scheme: 'vault', target: 'x' }, 'at vault:x', "RESTIC_PASSWORD='put its value here'"],
  ])('in %s is told by its reference', (_, password, sentence, line) => {
    const facts = aKit({ password });
    expect(text(facts)).toContain(sentence);
    expect(text(facts)).toContain('It is not on this page.');
    expect(linesFor(facts, 'set-up')).toContain(line);
  });

  it('is on the page only if it was asked for, below a warning', () => {
    const value = `it's ${canary}`;
    const facts = aKit({}, { password: { from: { scheme: 'file', target: '/x' }, value } });
    expect(text(facts)).toContain('THIS PAGE HOLDS THE PASSWORD');
    expect(linesFor(facts, 'set-up')).toContain(`RESTIC_PASSWORD='it'\\''s ${canary}'`);
    expect(linesFor(facts, 'set-up').join('\n')).not.toContain('RESTIC_PASSWORD_FILE');
  });
});

describe('the commands', () => {
  it('restore the newest snapshot of each job', () => {
    expect(linesFor(aKit(), 'restore')).toEqual([
      'restic restore latest --tag umbra-job:documents \\',
      ' --target ./restored/documents',
    ]);
    expect(linesFor(aKit(), 'restore-path')).toEqual([
      "WANTED='/home/me/Documents/taxes'",
      'restic restore latest --tag umbra-job:documents --target ./restored-path \\',
      ' --include "$WANTED"',
    ]);
    expect(linesFor(aKit(), 'dump')).toEqual([
      "FILE='/home/me/Documents/taxes/return.pdf'",
      'restic dump latest --tag umbra-job:documents "$FILE" > ./restored-file',
    ]);
  });

  it('tell hosts apart that have the same job, and choose what no job made by its id', () => {
    const [one] = aKit().series;
    const series = [one, { ...one, host: 'desk top' }, { ...one, job: null }].filter((each) => each !== undefined);
    expect(linesFor(aKit({}, { series: series as KitFacts['series'] }), 'restore')).toEqual([
      'restic restore latest --tag umbra-job:documents --host laptop \\',
      ' --target ./restored/documents-1',
      "restic restore latest --tag umbra-job:documents --host 'desk top' \\",
      ' --target ./restored/documents-2',
      'restic restore 41dbb77c41dbb77c --target ./restored/snapshots-3',
    ]);
  });

  it('take a path for itself, not for a pattern', () => {
    const [one] = aKit().series;
    const series = [{ ...one, file: '/a/[b]*?\\/c.txt' }] as KitFacts['series'];
    expect(linesFor(aKit({}, { series }), 'restore-path')[0]).toBe("WANTED='/a/\\[b\\]\\*\\?\\\\'");
    expect(linesFor(aKit({}, { series }), 'dump')[0]).toBe("FILE='/a/[b]*?\\/c.txt'");
  });

  it('are there for an empty repository too', () => {
    const facts = aKit({}, { series: [], jobs: [] });
    expect(linesFor(facts, 'restore')).toEqual(['restic restore latest --target ./restored']);
    expect(kitText(facts)).toContain('It held no snapshots');
  });
});

describe('the page', () => {
  it('has what it must have', () => {
    const text = kitText(aKit({ name: 'home' })).replaceAll(/\s+/g, ' ');
    for (const part of ['"home"', 'a72e8fe1'.repeat(8), 'format 2', 'documents (backup): /home/me/Documents', '0.19.1'])
      expect(text).toContain(part);
    for (const part of ['restic.net', 'github.com/restic/restic', '0.14 or newer', 'umbra 1.0.0', 'umbra.yaml'])
      expect(text).toContain(part);
  });

  it('is 78 columns wide, and only commands are indented by four, whatever the names are', () => {
    const name = fc.string({ unit: fc.constantFrom(...Array.from(`ab    /'"\\*\n\u202e文`)), maxLength: 200 });
    fc.assert(
      fc.property(name, name, name, (path, location, value) => {
        const [one] = aKit().series;
        const series = [{ ...one, host: path, newest: { ...one?.newest, paths: [path, location] }, file: `/${path}` }];
        const facts = aKit(
          { location: `/${location}` },
          {
            series: series as KitFacts['series'],
            jobs: [{ id: 'x', kind: 'backup', sources: [path] }],
            password: { from: null, value },
          },
        );
        const lines = kitText(facts).split('\n');
        for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(78);
        const commands = kitCommands(facts).flatMap((command) => command.lines);
        expect(lines.filter((line) => line.startsWith('    ')).map((line) => line.slice(4))).toEqual(commands);
        expect(kitText(facts)).not.toMatch(/[^\n -~文]/);
      }),
      { numRuns: 50 },
    );
  });
});
