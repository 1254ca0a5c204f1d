import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { Elsewhere, tree } from './support/kit-page.ts';
import { NearWorld } from './support/near-world.ts';
import { password, resticProgram, until, type World, type ResticVersion } from './support/world.ts';

const names = [
  'plain.txt',
  'with space',
  '-dash',
  'new\nline',
  'quote"\'`$(x)',
  'naïve 文件 🙂',
  'star*[a]?',
  'deep/er/x',
];

/** A repository at a place that needs quoting, with snapshots of two jobs. */
async function saved(version: ResticVersion): Promise<World> {
  const world = new NearWorld(version);
  const location = world.at("my 'back up' $HOME");
  renameSync(world.repository, location);
  const photos = world.makeFolder(
    `photos [2026]*, with a name that is "longer" than ${'what a line of paper takes '.repeat(4)}end`,
  );
  writeFileSync(join(photos, '1.jpg'), Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 251)));
  for (const name of names) world.write(name, `content of ${name}`);
  const repository = { url: location, password: { file: world.at('password') } };
  const jobs = { documents: { sources: [world.source] }, photos: { sources: [photos] } };
  writeFileSync(world.config, JSON.stringify({ repositories: { home: repository }, jobs }));
  for (const job of ['photos', 'documents']) {
    const { code, stderr } = await world.umbra('run', job, '--quiet');
    if (code !== 0) throw new Error(stderr);
  }
  return world;
}

const restic = (version: ResticVersion) => ({ name: 'restic', path: resticProgram(version) });

const versions: readonly ResticVersion[] = ['0.14.0', '0.18.0', '0.19.1'];

test.concurrent.each(versions)('what a kit says restores everything with restic %s alone', async (version) => {
  using world = await saved(version);
  const file = world.at('kit.txt');
  const { code, stdout, stderr } = await world.umbra(
    'repo',
    'kit',
    'home',
    '--with-password',
    '--output',
    file,
    '--quiet',
  );
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain('HOLDS THE PASSWORD');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const page = readFileSync(file, 'utf8');
  const { snapshots } = (await world.json('snapshots')) as { snapshots: readonly { readonly id: string }[] };
  const ids = snapshots.map(({ id }) => id);
  expect(ids).toHaveLength(2);
  const photos = world.at(readdirSync(world.folder).find((name) => name.startsWith('photos')) ?? '');
  // Nothing of ours is left.
  for (const name of ['umbra.yaml', 'state', 'password', 'kit.txt'])
    renameSync(world.at(name), world.at(`${name}.gone`));

  const elsewhere = new Elsewhere(world, restic(version), page);
  const list = await elsewhere.run('SEE WHAT IS THERE');
  for (const id of ids) expect(list).toContain(id.slice(0, 8));
  expect(list).toContain(join(world.source, 'plain.txt'));
  await elsewhere.run('RESTORE EVERYTHING');
  expect(tree(join(elsewhere.folder, 'restored', 'documents', world.source))).toEqual(tree(world.source));
  expect(tree(join(elsewhere.folder, 'restored', 'photos', photos))).toEqual(tree(photos));
  expect(tree(world.source)).toHaveLength(names.length);

  const named = /^ {4}FILE='(?<path>.*)'$/m.exec(page)?.groups?.['path'] ?? '';
  expect(named).toContain(world.source);
  await elsewhere.run('WRITE OUT ONE FILE');
  expect(readFileSync(join(elsewhere.folder, 'restored-file'))).toEqual(readFileSync(named));
  await elsewhere.run('RESTORE ONE FILE OR FOLDER');
  expect(tree(join(elsewhere.folder, 'restored-path', world.source)).length).toBeGreaterThan(0);
  expect(tree(world.source)).toEqual(
    expect.arrayContaining([...tree(join(elsewhere.folder, 'restored-path', world.source))]),
  );
  expect(await elsewhere.run('CHECK THE REPOSITORY')).toMatch(/no errors were found[^]*no errors were found/);
});

test('a kit mounts the repository where the system lets it', async () => {
  using world = await saved('0.19.1');
  const page = (await world.umbra('repo', 'kit', 'home', '--with-password')).stdout;
  const elsewhere = new Elsewhere(world, restic('0.19.1'), page);
  const { child, ended, output } = elsewhere.start('LOOK AROUND IN ALL SNAPSHOTS AS FOLDERS', ':/usr/bin:/bin');
  const mounted = join(elsewhere.folder, 'mounted', 'tags', 'umbra-job:documents', 'latest', world.source);
  await until('mounted, or refused', () => existsSync(mounted) || child.exitCode !== null);
  // Where the system has no FUSE for us, restic opens the repository and then says so.
  const refused = /fuse/i.test(output.stderr) ? 'no FUSE' : output.stderr;
  expect([tree(world.source), 'no FUSE']).toContainEqual(child.exitCode === null ? tree(mounted) : refused);
  if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGINT');
  await ended;
});

describe('a kit without the password', () => {
  let world: World;
  beforeAll(async () => {
    world = await saved('0.19.1');
  });
  afterAll(() => world[Symbol.dispose]());

  test('names where the password is, and works where that is so', async () => {
    const { code, stdout, stderr } = await world.umbra('repo', 'kit', 'home');
    expect([code, stdout]).toEqual([0, expect.not.stringContaining(password)]);
    expect(stderr).toContain('--with-password');
    expect(stdout).toContain('\n    RESTIC_PASSWORD_FILE=');
    for (const line of stdout.split('\n')) expect(Array.from(line).length).toBeLessThanOrEqual(78);
    const elsewhere = new Elsewhere(world, restic('0.19.1'), stdout);
    await elsewhere.run('RESTORE EVERYTHING');
    expect(tree(join(elsewhere.folder, 'restored', 'documents', world.source))).toEqual(tree(world.source));
  });

  test('has the same facts in JSON', async () => {
    const document = (await world.json('repo', 'kit', 'home')) as Record<string, unknown>;
    expect(problemsOf('kit', document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain(password);
    expect(document).toMatchObject({
      repository: 'home',
      password: { from: { scheme: 'file', target: [world.at('password')] }, value: null },
      jobs: [{ id: 'documents' }, { id: 'photos' }],
      series: [{ job: 'documents', snapshots: 1 }, { job: 'photos' }],
      output: null,
    });
    const told = (await world.json('repo', 'kit', 'home', '--with-password')) as Record<string, unknown>;
    expect([problemsOf('kit', told), told['password']]).toEqual([[], expect.objectContaining({ value: password })]);
  });

  test('replaces no file unless it is told to', async () => {
    const file = world.at('page.txt');
    writeFileSync(file, 'precious', { mode: 0o644 });
    const refused = await world.umbra('repo', 'kit', 'home', '--output', 'page.txt');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--force')]);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect((await world.umbra('repo', 'kit', 'home', '--output', 'page.txt', '--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('EMERGENCY KIT');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await world.umbra('repo', 'kit', 'home', '--output', 'absent/page.txt')).code).toBe(2);
    expect(readdirSync(world.folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('is not made of a repository that it would not open', async () => {
    writeFileSync(world.at('password'), 'wrong');
    const { code, stdout } = await world.umbra('repo', 'kit', 'home', '--output', 'wrong.txt');
    expect([code, stdout, existsSync(world.at('wrong.txt'))]).toEqual([12, '', false]);
    expect((await world.umbra('repo', 'kit', 'hom')).stderr).toContain('home');
  });
});
