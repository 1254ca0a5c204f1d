import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from '../support/conforms.ts';
import { Daemon } from '../support/daemon.ts';
import { World, type Outcome } from '../support/world.ts';

const lines: readonly (readonly [string, readonly string[]])[] = [
  ['a folder, at length', ['ls', '-l', 'documents@-1:source/taxes']],
  ['a folder as JSON', ['ls', '--json', 'documents@latest']],
  ['a folder by its catalog alone', ['ls', '--offline', 'documents@0:source']],
  ['a folder that is not there', ['ls', 'documents@latest:nowhere']],
  ['a search for all versions, as JSON', ['find', '*.pdf', '--all-versions', '--json']],
  ['a search for lines of a script', ['find', '-ip', 'RETURN', '--plain', '--all-versions']],
  [
    'a search by size and time',
    ['find', '*', '--type=f', '--size', '4-10', '--since', '2020-01-01', '--job', 'documents', '--limit=1'],
  ],
  ['a search in one snapshot', ['find', '*.pdf', '--snapshot', 'documents@-1', '--repo', 'home']],
  ['a search for nothing', ['find', 'nothing like it']],
  ['a search of a job of nobody', ['find', 'a', '--job', 'nobody', '--json']],
  ['what differs', ['diff']],
  ['how much differs', ['diff', '--stat']],
  ['how much differs, as JSON', ['diff', '--stat', '--json']],
  ['how much differs, and what', ['diff', '--stat', '--only', 'added']],
  ['what differs, as JSON', ['diff', 'documents@-1', 'documents@0', '--only', 'added', '--json']],
  ['what grew in a folder', ['growth', 'documents@-1', 'documents@latest', '--path', 'source']],
];

let world: World;
let daemon: Daemon;
const without = new Map<string, Outcome>();
beforeAll(async () => {
  world = new World();
  world.write('taxes/return.pdf', 'first');
  world.write('taxes/gone.pdf', 'gone');
  await backUp();
  world.write('taxes/return.pdf', 'the second');
  world.write('new/a', 'a');
  rmSync(join(world.source, 'taxes/gone.pdf'));
  await backUp();
  await world.json('catalog', 'update');
  await Promise.all(lines.map(async ([name, args]) => without.set(name, await world.umbra(...args, '-v'))));
  daemon = await Daemon.start(world);
});
afterAll(async () => {
  await daemon.stop();
  world[Symbol.dispose]();
});

async function backUp(): Promise<void> {
  const { code, stderr } = await world.umbra('run', 'documents', '--quiet');
  if (code !== 0) throw new Error(stderr);
}

// With -v it is said where the daemon left something to the call itself.
test.each(lines)('%s: the same by the daemon as without it', async (name, args) => {
  expect(await world.umbra(...args, '-v')).toEqual(without.get(name));
});

test('what the API tells is what the command line tells', async () => {
  for (const [name, path, args] of [
    ['ls', '/v1/ls?ref=documents@latest:source', ['ls', 'documents@latest:source']],
    ['find', '/v1/find?pattern=*.pdf&type=file&least=4&most=9', ['find', '*.pdf', '--type', 'f', '--size', '4-9']],
    ['growth', '/v1/growth?job=documents&limit=1', ['growth', '--limit', '1']],
    ['diff', '/v1/diff?ref=documents@-1&ref=documents@latest', ['diff', 'documents@-1', 'documents@latest']],
    ['diff', '/v1/diff?job=documents&stat=true', ['diff', '--stat']],
    ['diff', '/v1/diff?job=documents&metadata=true&only=removed', ['diff', '--metadata', '--only', 'removed']],
    ['diff', '/v1/diff?path=source/new&only=added&only=changed', ['diff', '--path', 'source/new', '--only=added']],
  ] as const) {
    const document = await daemon.get(path);
    expect([path, problemsOf(name, document)]).toEqual([path, []]);
    const { only: _, ...told } = document as { readonly only?: unknown };
    expect(await world.json(...args)).toMatchObject(told);
  }
});

test.each([
  ['/v1/ls?ref=%00', 'usage.invalid'],
  ['/v1/ls?ref=documents@-7', 'snapshot.absent'],
  ['/v1/find?pattern=a%00b', 'usage.invalid'],
  ['/v1/growth?ref=a&ref=b&ref=c', 'usage.invalid'],
  ['/v1/diff?only=new', 'usage.invalid'],
  ['/v1/diff?path=nowhere', 'snapshot.absent'],
])('%s: %s', async (path, code) => {
  expect(await daemon.get(path)).toMatchObject({ schema: 'umbra.error/1', code });
});

test('what no catalog has yet is looked up by the call itself', async () => {
  world.write('taxes/newest.pdf', 'newest');
  await backUp();
  const { code, stdout, stderr } = await world.umbra('find', 'newest.pdf', '-v');
  expect([code, stdout]).toEqual([0, expect.stringContaining('newest.pdf')]);
  expect(stderr).toContain('Without the daemon: the catalog of home does not hold everything yet.');
  // Which has filled it.
  expect((await world.umbra('find', 'newest.pdf', '-v')).stderr).toBe('1 version of 1 path\n');
});
