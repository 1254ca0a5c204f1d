import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { World, type Outcome } from './support/world.ts';

const names = ['plain.txt', 'with space', '-dash', 'new\nline', 'quote"\'`$(x)', 'naïve 文件 🙂', 'star*[a]?'];

interface Line {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** Standard output as JSON, checked against the published schema. */
function parsed(name: string, { stdout }: Outcome): Record<string, unknown> {
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect(problemsOf(name, document)).toEqual([]);
  return document;
}

function events({ stdout }: Outcome): Line[] {
  const all = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  for (const event of all) expect(problemsOf('event', event)).toEqual([]);
  return all;
}

describe('from nothing to a restored file', () => {
  let world: World;
  // Most of it on a repository whose key costs nothing to open.
  const config = (): string => world.at('adopted', 'umbra.yaml');
  const umbra = (...args: string[]): Promise<Outcome> => world.start(args, { env: { UMBRA_CONFIG: config() } }).ended;

  beforeAll(() => {
    world = new World();
    for (const name of names) world.write(name, `content of ${name}`);
  });
  afterAll(() => world[Symbol.dispose]());

  test('init: repository, password, configuration, first backup, proof', async () => {
    const made = world.at('made', 'umbra.yaml');
    const place = ['init', world.at('new-repository'), '--source', world.source, '--name', 'new', '--config', made];
    const { code, stdout, stderr } = await umbra(...place, '--schedule', 'daily at 02:00', '-y');
    expect([code, stderr.includes('error')]).toEqual([0, false]);
    expect(stdout).toContain('7 files, 148 B, restored and compared: identical');
    expect(stdout).toContain('KEEP A COPY');
    expect(statSync(made).mode & 0o777).toBe(0o600);
    const password = world.at('state', 'secrets', 'new.password');
    expect(statSync(password).mode & 0o777).toBe(0o600);
    expect(readFileSync(password, 'utf8')).toMatch(/^[\w-]{64}\n$/);
    expect(stdout + stderr + readFileSync(made, 'utf8')).not.toContain(readFileSync(password, 'utf8').trim());
  });

  test('init --adopt uses a repository that is there, and its own password', async () => {
    const place = ['init', world.repository, '--source', world.source, '--name', 'home', '--adopt'];
    const refused = await umbra(...place, '-y');
    expect([refused.code, refused.stderr.includes('--password-file')]).toEqual([2, true]);
    writeFileSync(world.at('wrong'), 'wrong\n', { mode: 0o600 });
    expect((await umbra(...place, '--password-file', world.at('wrong'), '-y')).code).toBe(12);
    expect(existsSync(config())).toBe(false);
    const adopted = await umbra(...place, '--password-file', world.at('password'), '--json');
    expect(adopted.code).toBe(0);
    expect(JSON.parse(adopted.stdout)).toMatchObject({
      schema: 'umbra.init/1',
      repository: { name: 'home' },
      run: { outcome: 'succeeded' },
      proof: { files: names.length, different: [] },
    });
  });

  test('init does not touch what is there', async () => {
    const before = readFileSync(config(), 'utf8');
    const { code, stderr } = await umbra('init', world.at('other'), '--source', world.source, '-y');
    expect(code).toBe(2);
    expect(stderr).toContain('there is a configuration already');
    expect(readFileSync(config(), 'utf8')).toBe(before);
    expect(existsSync(world.at('other'))).toBe(false);
  });

  test('init proves what can be named, and a name that is no UTF-8 is no difference', async () => {
    const odd = world.at('odd');
    mkdirSync(odd);
    writeFileSync(join(odd, 'plain'), 'plain');
    writeFileSync(Buffer.concat([Buffer.from(join(odd, 'latin-')), Buffer.from([0xe9])]), 'no UTF-8');
    const place = ['init', world.at('odd-repository'), '--source', odd, '--config', world.at('odd.yaml'), '-y'];
    const { code, stdout } = await umbra(...place);
    expect(stdout).toContain('1 file, 5 B, restored and compared: identical');
    expect(code).toBe(0);
  });

  test('init says what it could not write, and removes nothing but what it wrote', async () => {
    writeFileSync(world.at('a-file'), '');
    const place = ['init', world.at('other'), '--source', world.source, '-y', '--config'];
    const config = world.at('a-file', 'umbra.yaml');
    const first = await umbra(...place, config);
    expect([first.code, first.stderr]).toEqual([4, expect.stringContaining(`${config} cannot be written: `)]);
    // There, but not found by whoever looks first: as one that another call writes meanwhile.
    symlinkSync('nowhere', world.at('dangling.yaml'));
    const second = await umbra(...place, world.at('dangling.yaml'));
    expect([second.code, second.stderr]).toEqual([4, expect.stringContaining('dangling.yaml cannot be written: ')]);
    expect(readlinkSync(world.at('dangling.yaml'))).toBe('nowhere');
    const third = await world.start([...place, world.at('new.yaml')], { env: { UMBRA_STATE_DIR: world.at('a-file') } })
      .ended;
    expect([third.code, third.stderr]).toEqual([1, expect.stringContaining('the password cannot be kept in ')]);
    expect(existsSync(world.at('new.yaml')) || existsSync(world.at('other'))).toBe(false);
    expect(existsSync(world.at('state', 'secrets', 'other.password'))).toBe(false);
  });

  test('run tells what it does, in the documented shapes', async () => {
    world.write('later.txt', 'later');
    const run = await umbra('run', '--json', '--verify=full');
    expect(run.code).toBe(0);
    const all = events(run);
    expect(all.map(({ type }) => type).filter((type) => type !== 'run.progress' && type !== 'run.note')).toEqual([
      'run.queued',
      'run.started',
      'run.verified',
      'run.finished',
    ]);
    expect(all.at(-1)).toMatchObject({
      outcome: 'succeeded',
      exitCode: 0,
      stats: { filesNew: 1 },
      verify: { level: 'full', ok: true },
    });
  });

  test('status, history, show, snapshots and ls agree', async () => {
    const status = parsed('status', await umbra('status', '--json'));
    expect(status).toMatchObject({ jobs: [{ job: 'home', standing: 'good', stale: false }] });
    const history = parsed('history', await umbra('history', 'home', '--json'));
    const runs = history['runs'] as { readonly id: string; readonly snapshot: string }[];
    expect(runs).toHaveLength(2);
    parsed('run', await umbra('show', runs[0]?.id ?? '', '--json'));
    const { snapshots } = parsed('snapshots', await umbra('snapshots', '--json')) as {
      snapshots: readonly { ref: string; id: string; run: string }[];
    };
    expect(snapshots.map(({ ref, id, run }) => [ref, id, run])).toEqual([
      ['home@0', runs[0]?.snapshot, runs[0]?.id],
      ['home@-1', runs[1]?.snapshot, runs[1]?.id],
    ]);
    const { entries } = parsed('ls', await umbra('ls', 'home@latest', '--json')) as {
      entries: readonly { path: string }[];
    };
    expect(entries.map(({ path }) => path.slice(world.source.length + 1)).sort()).toEqual(
      [...names, 'later.txt'].sort(),
    );
    const table = (await umbra('snapshots')).stdout;
    expect(table.indexOf('home@0 ')).toBeLessThan(table.indexOf('home@-1 '));
    expect((await umbra('status', '--check', '--quiet')).stdout).toBe('');
  });

  test('names are shown with their control characters escaped', async () => {
    const { stdout } = await umbra('ls', 'home@latest');
    expect(stdout).toContain('new\\nline\n');
    expect(stdout.trimEnd().split('\n')).toHaveLength(names.length + 1);
  });

  test('restore: a preview that writes nothing, then every byte', async () => {
    const target = world.at('restored');
    const preview = await umbra('restore', 'home@-1', '--to', target, '--dry-run', '--json');
    expect(events(preview).every(({ type, action }) => type === 'restore.planned' && action === 'create')).toBe(true);
    expect(existsSync(target)).toBe(false);
    const restored = await umbra('restore', 'home@-1', '--to', target, '--verify', '--json');
    expect(restored.code).toBe(0);
    expect(events(restored).at(-1)).toMatchObject({ type: 'restore.finished', failedCount: 0, verified: true });
    for (const name of names)
      expect(readFileSync(`${target}${world.source}/${name}`, 'utf8')).toBe(`content of ${name}`);
    expect(existsSync(`${target}${world.source}/later.txt`)).toBe(false);
  });

  test('restore in place keeps newer work unless told otherwise', async () => {
    world.write('plain.txt', 'newer work');
    const unasked = await umbra('restore', 'home@latest:plain.txt', '--in-place');
    expect(unasked.code).toBe(2);
    expect(unasked.stdout).toContain('yours is newer');
    expect(unasked.stderr).toContain('--overwrite');
    expect((await umbra('restore', 'home@latest:plain.txt', '--in-place', '-y')).code).toBe(0);
    expect(readFileSync(world.at('source', 'plain.txt'), 'utf8')).toBe('newer work');
    expect((await umbra('restore', 'home@latest:plain.txt', '--in-place', '--overwrite', 'always', '-y')).code).toBe(0);
    expect(readFileSync(world.at('source', 'plain.txt'), 'utf8')).toBe('content of plain.txt');
  });

  test('only what fits the patterns', async () => {
    const target = world.at('some');
    const { code } = await umbra('restore', 'home@latest', '--to', target, '--include', '*.txt', '--exclude', 'later*');
    expect(code).toBe(0);
    expect(existsSync(`${target}${world.source}/plain.txt`)).toBe(true);
    expect(existsSync(`${target}${world.source}/later.txt`)).toBe(false);
    expect(existsSync(`${target}${world.source}/-dash`)).toBe(false);
  });

  test('verify, doctor and the commands around the configuration', async () => {
    expect(events(await umbra('verify', '--read', 'all', '--json'))).toMatchObject([
      { type: 'verify.finished', sound: true },
    ]);
    const doctor = await umbra('doctor');
    expect([doctor.code, doctor.stdout]).toEqual([0, expect.not.stringContaining('✘')]);
    const before = readFileSync(config(), 'utf8');
    mkdirSync(world.at('photos'));
    writeFileSync(world.at('photos', 'p'), 'p');
    expect((await umbra('job', 'add', 'photos', world.at('photos'), '--schedule', 'weekly on Sun at 04:00')).code).toBe(
      0,
    );
    expect((await umbra('run')).stderr).toContain('home, photos');
    expect((await umbra('job', 'remove', 'photos', '-y')).code).toBe(0);
    expect(readFileSync(config(), 'utf8')).toBe(before);
    expect((await umbra('job', 'add', 'photos', world.at('nowhere'))).code).toBe(1);
    expect((await umbra('config', 'check')).code).toBe(0);
    expect(JSON.parse((await umbra('config', 'schema')).stdout)).toHaveProperty('properties');
    expect((await umbra('restic', 'home', '--', 'snapshots', '--json')).stdout).toContain('umbra-job:home');
  });
});
