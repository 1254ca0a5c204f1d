import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { Daemon } from './support/daemon.ts';
import { NearWorld } from './support/near-world.ts';
import { until, type World } from './support/world.ts';

interface FindDocument {
  readonly repositories: readonly string[];
  readonly outOfReach: readonly { readonly repository: string }[];
  readonly failures: readonly { readonly repository: string; readonly code: string }[];
  readonly paths: readonly { readonly path: string; readonly versions: readonly { readonly size: number }[] }[];
}

/** Three snapshots of a job in a repository that is read natively: what made them matters to no test here. */
function filled(): World {
  const world = new NearWorld();
  for (const content of ['one', 'three', 'four!']) {
    world.write('taxes/return.pdf', content);
    world.write(`notes ${content}.txt`, '');
    backUp(world);
  }
  return world;
}

const backUp = (world: World): string =>
  world.restic('backup', '--quiet', '--tag', 'umbra-job:documents', world.source);

const catalogs = (world: World): readonly string[] =>
  readdirSync(world.at('cache', 'umbra', 'catalogs')).filter((name) => name.endsWith('.db'));

/** The repository is not there for a while, as that of an unmounted disk. */
async function outOfReach<T>(world: World, work: () => Promise<T>): Promise<T> {
  renameSync(world.repository, `${world.repository}.away`);
  try {
    return await work();
  } finally {
    renameSync(`${world.repository}.away`, world.repository);
  }
}

test.concurrent(
  'a search fills the catalog, which then answers as before, also while the repository is out of reach',
  async () => {
    using world = filled();
    const find = async (...args: string[]): Promise<FindDocument> => {
      const document = (await world.json('find', ...args)) as FindDocument;
      expect(problemsOf('find', document)).toEqual([]);
      return document;
    };
    // One snapshot is searched by restic, which fills nothing.
    const one = await find('*.pdf', '--snapshot', 'documents@-1');
    expect(() => catalogs(world)).toThrow(/ENOENT/);
    expect(one.paths).toMatchObject([{ path: join(world.source, 'taxes/return.pdf'), versions: [{ size: 5 }] }]);

    const all = await find('*.pdf', '--all-versions');
    expect(catalogs(world)).toHaveLength(1);
    expect(all.paths).toMatchObject([{ versions: [{ size: 5 }, { size: 5 }, { size: 3 }] }]);
    expect(await find('*.pdf', '--snapshot', 'documents@-1')).toEqual(one);
    const listed = await world.json('ls', 'documents@-1:taxes');
    expect(listed).toMatchObject({ asOf: null, entries: [{ size: 5 }] });

    await outOfReach(world, async () => {
      const offline = await find('*.pdf', '--all-versions');
      expect(offline).toEqual({ ...all, outOfReach: [{ repository: 'home', asOf: expect.any(String) }] });
      const ls = (await world.json('ls', 'documents@-1:taxes')) as object;
      expect(problemsOf('ls', ls)).toEqual([]);
      expect(ls).toEqual({ ...(listed as object), asOf: expect.any(String) });
      const { code, stdout, stderr } = await world.umbra('ls', '-R', 'documents@0:taxes');
      expect([code, stdout]).toEqual([
        0,
        `${join(world.source, 'taxes')}/\n${join(world.source, 'taxes/return.pdf')}\n`,
      ]);
      expect(stderr).toMatch(/^From the catalog of home, as of today \d\d:\d\d\.\n$/);
    });
    const shown = (await world.json('snapshots')) as object;
    await outOfReach(world, async () => {
      const known = (await world.json('snapshots')) as object;
      expect(problemsOf('snapshots', known)).toEqual([]);
      expect(known).toEqual({ ...shown, outOfReach: [{ repository: 'home', asOf: expect.any(String) }] });
      const { code, stdout, stderr } = await world.umbra('snapshots');
      expect([code, stdout.split('\n')]).toEqual([
        0,
        expect.arrayContaining([expect.stringMatching(/^documents@-2 /)]),
      ]);
      expect(stderr).toMatch(/^From the catalog of home, as of today \d\d:\d\d\.\n$/);
    });
    expect(await world.json('snapshots', '--offline')).toMatchObject({ outOfReach: [{ repository: 'home' }] });
    // What is there is known by the names of files: no key is needed to list what the catalog knows.
    const keys = join(world.repository, 'keys');
    renameSync(keys, `${keys}.away`);
    expect(await world.json('snapshots')).toEqual(shown);
    expect(await world.json('ls', 'documents@-1:taxes')).toEqual(listed);
    renameSync(`${keys}.away`, keys);
    const diff = ['diff', 'documents@-1', 'documents@0'];
    const asked = (await world.json(...diff, '--bytes')) as { readonly summary: object };
    expect(asked.summary).toMatchObject({ addedBytes: expect.any(Number), removedBytes: expect.any(Number) });
    // The catalog says the same as restic, but for how much data that is.
    const live = (await world.json(...diff)) as { readonly summary: object };
    expect(live).toEqual({ ...asked, summary: { ...asked.summary, addedBytes: null, removedBytes: null } });
    const ofFolder = await world.json(...diff, '--path', 'taxes');
    await outOfReach(world, async () => {
      const offline = await world.json(...diff);
      expect(problemsOf('diff', offline)).toEqual([]);
      expect(offline).toEqual({ ...live, asOf: expect.any(String) });
      expect(await world.json(...diff, '--path', 'taxes')).toEqual({
        ...(ofFolder as object),
        asOf: expect.any(String),
      });
    });
    const growth = ['growth', 'documents@-2', 'documents@0'];
    const grown = (await world.json(...growth)) as object;
    expect(problemsOf('growth', grown)).toEqual([]);
    expect(grown).toMatchObject({
      path: world.source,
      asOf: null,
      folders: [{ before: { files: 1, bytes: 3 }, after: { bytes: 5 } }, {}, {}, {}],
    });
    const table = await world.umbra(...growth, '--limit', '1');
    expect(table.stdout).toMatch(/^name +before +after +change\ntaxes +3 B +5 B +\+2 B\n$/);
    expect(await world.json(...growth, '--offline')).toEqual({ ...grown, asOf: expect.any(String) });
    await world.umbra('catalog', 'drop');
    expect(await world.json(...growth)).toEqual(grown);
    await world.umbra('catalog', 'update');

    // What was forgotten meanwhile is known only by asking.
    world.restic('forget', world.snapshots()[0]?.id ?? '');
    expect((await find('*.pdf', '--all-versions', '--offline')).paths[0]?.versions).toHaveLength(3);
    expect((await find('*.pdf', '--all-versions')).paths[0]?.versions).toHaveLength(2);
  },
);

test.concurrent('what the catalog lacks is searched by restic, and what is damaged does not matter', async () => {
  using world = filled();
  await world.umbra('catalog', 'update');
  world.write('taxes/return.pdf', 'the newest one');
  backUp(world);
  const sizes = async (...args: string[]): Promise<unknown> =>
    ((await world.json('find', 'return.pdf', '--all-versions', ...args)) as FindDocument).paths[0]?.versions.map(
      ({ size }) => size,
    );
  expect(await sizes('--offline')).toEqual([5, 5, 3]);
  world.env['UMBRA_NATIVE'] = 'off';
  expect(await sizes()).toEqual([14, 5, 5, 3]);
  expect(await world.json('ls', 'documents@0:taxes')).toMatchObject({ entries: [{ size: 14 }] });

  const [name = ''] = catalogs(world);
  const file = world.at('cache', 'umbra', 'catalogs', name);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeFileSync(file, readFileSync(file).fill(1, 4096));
  expect(await world.umbra('catalog', 'status')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^home +— +— +empty$/m),
  });
  writeFileSync(file, 'nothing of the kind');
  expect(await sizes()).toEqual([14, 5, 5, 3]);
  expect(await world.json('ls', 'documents@-1:taxes')).toMatchObject({ entries: [{ size: 5 }] });

  // Nor does a place where none can be made.
  rmSync(world.at('cache', 'umbra', 'catalogs'), { recursive: true });
  writeFileSync(world.at('cache', 'umbra', 'catalogs'), '');
  world.env['UMBRA_NATIVE'] = 'on';
  expect(await sizes()).toEqual([14, 5, 5, 3]);
  const refused = await world.umbra('catalog', 'update');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('error[state.read-only]')]);
  rmSync(world.at('cache', 'umbra', 'catalogs'));
  world.env['UMBRA_NATIVE'] = 'off';

  // Lists fill it as well, if that is asked for.
  const update = await world.json('catalog', 'update', 'home');
  expect(update).toMatchObject({ catalogs: [{ added: 4, dropped: 0, leftOut: 0, error: null }] });
  expect(await sizes('--offline')).toEqual([14, 5, 5, 3]);
});

test.concurrent('one repository that cannot be read is told of, and the others are read', async () => {
  using world = filled();
  writeFileSync(
    world.config,
    `repositories:
  away: { url: ${world.at('away')}, password: 'file:${world.at('password')}', catalog: false }
  home: { url: ${world.repository}, password: 'file:${world.at('password')}' }
jobs:
  documents: { sources: ${world.source}, repository: home }
`,
  );
  const { code, stdout, stderr } = await world.umbra('find', 'return.pdf', '--json');
  const document = JSON.parse(stdout) as FindDocument;
  expect([code, stderr, problemsOf('find', document)]).toEqual([10, '', []]);
  expect(document).toMatchObject({
    repositories: ['home'],
    failures: [{ repository: 'away', code: 'repository.absent' }],
  });
  expect(document.paths).toHaveLength(1);
  const text = await world.umbra('find', 'return.pdf');
  expect([text.code, text.stderr]).toEqual([
    10,
    expect.stringMatching(/! away could not be searched:\nerror\[repository\.absent\]/),
  ]);
  expect(text.stdout).toContain('return.pdf');

  // Nor does it hide the snapshots of the others.
  const listed = await world.umbra('snapshots', '--json');
  const list = JSON.parse(listed.stdout) as { readonly snapshots: readonly unknown[] };
  expect([listed.code, listed.stderr, problemsOf('snapshots', list)]).toEqual([10, '', []]);
  expect(list).toMatchObject({ failures: [{ repository: 'away', code: 'repository.absent' }] });
  expect(list.snapshots).toHaveLength(3);
  const table = await world.umbra('snapshots');
  expect([table.code, table.stderr]).toEqual([
    10,
    expect.stringMatching(/^! away could not be read:\nerror\[repository\.absent\].*\n {2}hint: /),
  ]);
  expect(table.stdout).toMatch(/documents@-2 .* home /);
  expect((await world.umbra('snapshots', '--repo', 'away')).stderr).toMatch(/^error\[repository\.absent\]/);

  const alone = await world.umbra('find', 'return.pdf', '--repo', 'away');
  expect([alone.code, alone.stdout]).toEqual([10, '']);
  const offline = await world.umbra('ls', 'latest', '--repository', 'away', '--offline');
  expect([offline.code, offline.stderr]).toEqual([75, expect.stringContaining('umbra catalog update away')]);
  const status = await world.umbra('catalog', 'status');
  expect(status.stdout).toMatch(/away +— +— +off\nhome +3 +\S+ KiB +(?:just now|\d+ min ago)\n$/);
  const update = await world.umbra('catalog', 'update');
  expect([update.code, update.stdout]).toEqual([
    0,
    expect.stringMatching(/^away has no catalog: .*\n✔ home {2}0 snapshots taken in, 0 gone\n$/),
  ]);
  expect((await world.umbra('catalog', 'drop')).stdout).toBe('All catalogs are deleted.\n');
  expect((await world.umbra('find', 'x', '--offline')).code).toBe(75);
});

test.concurrent('a search is narrowed by type, size and time, and takes a part of a name as it is', async () => {
  using world = new NearWorld();
  world.write('[draft] letter', '1234567890');
  world.write('letters/a', '1');
  utimesSync(world.write('old letter', '12345'), 0, 1_500_000_000);
  backUp(world);
  const found = async (...args: string[]): Promise<readonly string[]> =>
    ((await world.json('find', ...args)) as FindDocument).paths.map(({ path }) => path.slice(world.source.length + 1));
  // The only snapshot is searched by restic; afterwards the catalog has it.
  for (const fill of [false, true]) {
    if (fill) await world.umbra('catalog', 'update');
    expect(await found('LETTER', '-ip')).toEqual(['[draft] letter', 'letters', 'letters/a', 'old letter']);
    expect(await found('letter', '-p', '--type', 'f')).toEqual(['[draft] letter', 'letters/a', 'old letter']);
    expect(await found('letter', '-p', '--type', 'd')).toEqual(['letters']);
    expect(await found('*letter*', '--size', '>4')).toEqual(['[draft] letter', 'old letter']);
    expect(await found('*', '--size', '1-5')).toEqual(['letters/a', 'old letter']);
    expect(await found('*letter*', '--until', '2020-01-01')).toEqual(['old letter']);
    expect(await found('[draft]', '-p', '--since', '2020-01-01')).toEqual(['[draft] letter']);
    expect(await world.json('find', '*letter*', '--limit', '2')).toMatchObject({ limited: true, paths: [{}, {}] });
  }
  rmSync(world.at('cache'), { recursive: true });
  expect((await world.umbra('find', 'x', '--size', 'large')).code).toBe(2);
  expect((await world.umbra('find', '*letter*', '--limit', '1')).stderr).toMatch(
    /^1 version of 1 path\nMore paths fit/,
  );
});

test.concurrent('a daemon has the catalog filled after a run, and answers from it', async () => {
  using world = new NearWorld();
  world.write('taxes/return.pdf', 'one');
  const daemon = await Daemon.start(world);
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
  const isFilled = (): boolean => existsSync(world.at('cache', 'umbra', 'catalogs')) && catalogs(world).length > 0;
  await until('the catalog is filled', isFilled);
  const snapshot = world.snapshots()[0]?.id ?? '';
  await until('its process has ended', () => world.processes().length === 1);
  await outOfReach(world, async () => {
    const found = await daemon.get('/v1/find?pattern=*.PDF&ignoreCase=true&job=documents');
    expect(problemsOf('find', found)).toEqual([]);
    expect(found).toMatchObject({
      outOfReach: [{ repository: 'home' }],
      paths: [{ path: join(world.source, 'taxes/return.pdf'), versions: [{ size: 3 }] }],
    });
    const place = `/v1/repositories/home/snapshots/${snapshot}/entries`;
    const listed = await daemon.get(`${place}?path=${encodeURIComponent(join(world.source, 'taxes/'))}&offline=true`);
    expect(problemsOf('ls', listed)).toEqual([]);
    expect(listed).toMatchObject({ entries: [{ path: join(world.source, 'taxes/return.pdf') }] });
    expect(await daemon.get(place)).toMatchObject({ path: '/', entries: [{ type: 'dir' }] });
    const known = await daemon.get('/v1/snapshots?job=documents');
    expect(problemsOf('snapshots', known)).toEqual([]);
    expect(known).toMatchObject({ snapshots: [{ id: snapshot }], outOfReach: [{ repository: 'home' }] });
  });
  const byDaemon = [await world.umbra('snapshots'), await world.umbra('snapshots', '--json')];
  expect(byDaemon[0]?.stdout).toMatch(/\ndocuments@0 .*\n$/);
  for (const refused of ['/v1/find', '/v1/find?pattern=[', '/v1/find?pattern=x&job=none']) {
    expect(await daemon.get(refused)).toMatchObject({ schema: 'umbra.error/1' });
  }
  await daemon.stop();
  expect([await world.umbra('snapshots'), await world.umbra('snapshots', '--json')]).toEqual(byDaemon);
});
