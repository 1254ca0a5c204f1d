import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { outermostVersions, type World, type ResticVersion } from './support/world.ts';

interface FindDocument {
  readonly paths: readonly {
    readonly path: string;
    readonly versions: readonly {
      readonly type: string;
      readonly size: number;
      readonly snapshots: readonly { readonly ref: string }[];
    }[];
  }[];
}

const odd = ['odd new\nline', 'odd quote"\'`$(x)', 'odd naïve 文件 🙂', 'odd  blanks ', 'odd [a]*'];

async function filled(version: ResticVersion): Promise<World> {
  const world = new NearWorld(version);
  writeFileSync(
    world.config,
    `repositories:
  home: { url: ${world.repository}, password: 'file:${world.at('password')}' }
jobs:
  documents: { sources: ${world.source}, repository: home, verify: { afterBackup: none } }
`,
  );
  for (const name of odd) world.write(name, `content of ${name}`);
  for (const [index, content] of ['first', 'the second', 'the second'].entries()) {
    // Written once for the last two, so that they hold the same version.
    if (index < 2) world.write('taxes/return.pdf', content);
    if (index === 2) rmSync(join(world.source, 'taxes/gone.pdf'));
    else world.write('taxes/gone.pdf', 'gone');
    const { code, stderr } = await world.umbra('run', 'documents', '--quiet');
    if (code !== 0) throw new Error(stderr);
  }
  return world;
}

test.concurrent.each(outermostVersions)('in which snapshots a file is, with restic %s', async (version) => {
  using world = await filled(version);
  const found = async (...args: string[]): Promise<readonly unknown[]> => {
    const document = (await world.json('find', ...args)) as FindDocument;
    expect(problemsOf('find', document)).toEqual([]);
    return document.paths.map(({ path, versions: own }) => [
      path.slice(world.source.length + 1),
      ...own.map(({ size, snapshots }) => [size, ...snapshots.map(({ ref }) => ref)]),
    ]);
  };
  const second = [10, 'documents@0', 'documents@-1'];
  expect(await found('RETURN*', '-i')).toEqual([['taxes/return.pdf', second]]);
  expect(await found('return.pdf', '--all-versions', '--job', 'documents', '--repo', 'home')).toEqual([
    ['taxes/return.pdf', second, [5, 'documents@-2']],
  ]);
  expect(await found('*.pdf', '--snapshot', 'documents@-2')).toEqual([
    ['taxes/gone.pdf', [4, 'documents@-2']],
    ['taxes/return.pdf', [5, 'documents@-2']],
  ]);
  expect(await found('gone.pdf', '--snapshot', 'latest', '--job', 'documents')).toEqual([]);
  expect((await found('odd*')).map((each) => (each as readonly unknown[])[0])).toEqual(odd.toSorted());
  expect(await found(`${world.source}/taxes/ret*`)).toEqual([['taxes/return.pdf', second]]);

  expect(await found(String.raw`odd \[a\]\*`)).toEqual([['odd [a]*', expect.anything()]]);

  const { code, stdout, stderr } = await world.umbra('find', '*.pdf', '--all-versions');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^\d versions of 2 paths\n$/)]);
  expect(stdout).toMatch(/return\.pdf\n +10 B +modified .* documents@0 … documents@-1 \(2 snapshots\) +home\n +5 B/);
  expect((await world.umbra('find', 'odd new*')).stdout).toContain('/odd new\\nline\n');
  const plain = (await world.umbra('find', 'return*', '--plain')).stdout.trimEnd().split('\n');
  expect(plain.map((line) => line.split('\t').slice(3))).toEqual([
    ['documents@0', 'home'],
    ['documents@-1', 'home'],
  ]);
  // What is below a folder that fits.
  expect(await found('tax*', '--snapshot', 'latest')).toEqual([
    ['taxes', expect.anything()],
    ['taxes/return.pdf', expect.anything()],
  ]);

  const nothing = await world.umbra('find', 'nothing like it');
  expect([nothing.code, nothing.stdout, nothing.stderr]).toEqual([0, '', 'Nothing fits.\n']);
  const refusals = [
    ['x', '--snapshot', '00000000'],
    ['x', '--job', 'document'],
    ['x', '--repo', 'homes'],
    ['x', '--snapshot', 'latest:taxes'],
    ['['],
  ];
  const refused = await Promise.all(refusals.map((args) => world.umbra('find', ...args)));
  expect(refused.map((each) => each.code)).toEqual([1, 2, 2, 2, 2]);
});
