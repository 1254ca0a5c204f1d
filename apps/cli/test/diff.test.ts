import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { outermostVersions, type World, type ResticVersion } from './support/world.ts';

interface DiffDocument {
  readonly from: { readonly snapshot: string };
  readonly to: { readonly snapshot: string };
  readonly changes: readonly { readonly path: string; readonly change: string; readonly folder: boolean }[];
  readonly summary: Readonly<Record<string, unknown>>;
}

const odd = ['new\nline', 'quote"\'`$(x)', 'naïve 文件 🙂', 'back\\slash', ' blanks ', '-dash'];

function configured(version?: ResticVersion): World {
  const world = new NearWorld(version);
  writeFileSync(
    world.config,
    `repositories:
  home: { url: ${world.repository}, password: 'file:${world.at('password')}' }
jobs:
  documents: { sources: ${world.source}, repository: home, verify: { afterBackup: none } }
`,
  );
  return world;
}

async function backUp(world: World): Promise<void> {
  const { code, stderr } = await world.umbra('run', 'documents', '--quiet');
  if (code !== 0) throw new Error(stderr);
}

async function compared(world: World, ...args: string[]): Promise<DiffDocument> {
  const document = (await world.json('diff', ...args)) as DiffDocument;
  expect(problemsOf('diff', document)).toEqual([]);
  return document;
}

/** `+ name`, sorted, with the source left out. */
const linesOf = (world: World, { changes }: DiffDocument): readonly string[] =>
  changes
    .filter(({ path }) => path.startsWith(`${world.source}/`))
    .map(({ path, change, folder }) => `${change} ${path.slice(world.source.length + 1)}${folder ? '/' : ''}`)
    .toSorted();

function fill(world: World): void {
  for (const name of ['same', 'changed', 'gone', 'old name', 'file to link', 'file to folder', 'rights'])
    world.write(name, `content of ${name}`);
  for (const name of ['kept/deep/file', 'folder to file/inner', 'gone folder/inner']) world.write(name, name);
  world.write('gone\nline', 'odd');
}

function change(world: World): void {
  const at = (name: string): string => join(world.source, name);
  world.write('changed', 'another content');
  renameSync(at('old name'), at('new name'));
  for (const name of ['gone', 'gone\nline', 'gone folder', 'file to link', 'file to folder', 'folder to file'])
    rmSync(at(name), { recursive: true });
  symlinkSync('same', at('file to link'));
  world.write('file to folder/inner', 'inner');
  world.write('folder to file', 'now a file');
  for (const name of odd) world.write(name, `content of ${name}`);
  world.write('new folder/inner', 'inner');
  chmodSync(at('rights'), 0o600);
}

const everything = [
  ...odd.map((name) => `added ${name}`),
  'added new folder/',
  'added new folder/inner',
  'added new name',
  'modified changed',
  'removed gone',
  'removed gone\nline',
  'removed gone folder/',
  'removed gone folder/inner',
  'removed old name',
  'type-changed file to folder/',
  'type-changed file to link',
  'type-changed folder to file',
];

test.concurrent.each(outermostVersions)('what differs between two snapshots, with restic %s', async (version) => {
  using world = configured(version);
  fill(world);
  await backUp(world);
  change(world);
  await backUp(world);
  const [older = '', newer = ''] = world.snapshots().map(({ id }) => id);

  const all = await compared(world);
  expect(all).toMatchObject({ from: { snapshot: older, job: 'documents' }, to: { snapshot: newer }, path: null });
  expect(linesOf(world, all)).toEqual(expect.arrayContaining(everything));
  // What is below a folder that a file became, or that became a file, some versions tell and some do not.
  const rest = linesOf(world, all).filter((line) => !everything.includes(line));
  expect(rest.filter((line) => !/^(?:added file to folder|removed folder to file)\/inner$/.test(line))).toEqual([]);
  expect(all.summary).toMatchObject({ modified: { files: 1, folders: 0 }, metadata: { files: 0, folders: 0 } });
  expect(all.summary['addedBytes']).toBeGreaterThan(0);

  // The other way round: what was added is what goes.
  const back = await compared(world, newer, older.slice(0, 8));
  expect(linesOf(world, back)).toContain('removed new folder/inner');
  expect(linesOf(world, back)).toContain('added gone\nline');
  expect(back.summary['removedBytes']).toBe(all.summary['addedBytes']);

  const withRights = await compared(world, 'documents@latest', '--metadata');
  expect(linesOf(world, withRights)).toContain('metadata rights');
  expect(withRights.summary['modified']).toEqual({ files: 1, folders: 0 });

  const inside = await compared(world, '--path', 'source/new folder');
  expect(inside).toMatchObject({ path: join(world.source, 'new folder'), summary: { addedBytes: null } });
  expect(linesOf(world, inside)).toEqual(['added new folder/', 'added new folder/inner']);
  expect(await compared(world, `${older}:gone folder`, newer)).toMatchObject({ changes: [{ folder: true }, {}] });

  const removed = await compared(world, '--only', 'removed', '--job', 'documents', '--repo', 'home');
  expect(removed.changes.every((each) => each.change === 'removed')).toBe(true);
  expect(removed.summary).toEqual(all.summary);
  expect(linesOf(world, await compared(world, '--only=changed'))).toEqual(
    everything.slice(-3).concat('modified changed').toSorted(),
  );

  const { code, stdout, stderr } = await world.umbra('diff');
  const lines = stdout.trimEnd().split('\n');
  expect([code, lines.length]).toEqual([0, all.changes.length + 1]);
  expect(lines).toContain(`+ ${world.source}/new\\nline`);
  expect(lines).toContain(`- ${world.source}/gone folder/`);
  expect(lines).toContain(`M ${world.source}/changed`);
  expect(lines).toContain(`T ${world.source}/file to link`);
  expect(lines.at(-1)).toMatch(/^\d+ files and 1 folder added, .* 1 file changed, .*; .* of data added, .* removed\.$/);
  expect(stderr).toContain(`From ${older.slice(0, 8)}`);

  expect(await compared(world, '--stat')).toEqual({ ...all, only: [], changes: [] });
  const totals = await world.umbra('diff', '--stat');
  expect([totals.code, totals.stdout]).toEqual([0, `${lines.at(-1)}\n`]);

  await backUp(world);
  const same = await world.umbra('diff');
  expect([same.code, same.stdout]).toEqual([0, 'No difference.\n']);
  expect((await compared(world, 'documents@0', 'documents@latest')).changes).toEqual([]);
});

test('what cannot be compared', async () => {
  using world = configured();
  world.write('a', 'a');
  const refused = async (...args: string[]): Promise<readonly unknown[]> => {
    const { code, stdout, stderr } = await world.umbra('diff', ...args, '--json');
    expect(stdout).toBe('');
    return [code, (JSON.parse(stderr) as { code: string }).code];
  };
  expect(await refused()).toEqual([1, 'snapshot.absent']);
  await backUp(world);
  expect(await refused()).toEqual([1, 'snapshot.absent']);
  world.write('a', 'b');
  await backUp(world);
  expect(await refused('00000000', 'documents@latest')).toEqual([1, 'snapshot.absent']);
  expect(await refused('documents@-7')).toEqual([1, 'snapshot.absent']);
  expect(await refused('documents@latest', '--path', 'nowhere')).toEqual([1, 'snapshot.absent']);
  expect(await refused('--job', 'document')).toEqual([2, 'usage.unknown-job']);
  expect(await refused('not a ref')).toEqual([2, 'usage.invalid']);
  expect(await refused('documents@latest:a', '--path', 'b')).toEqual([2, 'usage.invalid']);
  expect(await refused('--stat', '--only', 'added')).toEqual([2, 'usage.invalid']);
  expect(await refused('--only', 'new')).toEqual([2, 'usage.invalid']);
  writeFileSync(world.at('password'), 'wrong\n', { mode: 0o600 });
  expect(await refused()).toEqual([12, 'repository.wrong-password']);
  rmSync(world.repository, { recursive: true });
  expect(await refused()).toEqual([10, 'repository.absent']);
});
