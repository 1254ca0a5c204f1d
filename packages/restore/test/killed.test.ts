import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RestoreRequest } from '../src/index.ts';
import { dyingAt, withoutLinks } from './dying.ts';
import { portrait, World } from './world.ts';

/** Those that are thorough do between them everything that there is to do. */
const wishes = {
  usual: {},
  always: { mode: 'always' },
  both: { mode: 'both' },
  deleting: {
    wanted: { paths: ['docs/kept'], include: [], exclude: [] },
    deletes: { spared: [], sparedIfPresent: [] },
  },
} as const satisfies Record<string, Partial<RestoreRequest>>;
type Wish = keyof typeof wishes;
const thorough = ['always', 'both', 'deleting'] as const;

interface Story {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly changes: number;
}

/** Folders that got something have the time of that moment, unless the mode gives them that of the snapshot. */
const seen = (world: World, times = false): readonly string[] =>
  portrait(world.at('home'), { times }).slice(1).filter(isNoTrace);
/** Without the folder beside which it is staged: who dies right when making that one leaves the time of this moment. */
const whole = (world: World): readonly string[] => portrait(world.at('home')).slice(1);
const isNoTrace = (line: string): boolean => !line.startsWith('.umbra-restore-');

async function uninterrupted(wish: Wish): Promise<Story> {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const before = whole(world);
  const { id } = world.restores.begin(await world.prepare(snapshot, wishes[wish]));
  const changes = await dyingAt(Infinity, 'before', () => world.restores.carryOut(id, world.backend));
  return { before, after: seen(world, wish === 'always'), changes };
}

/** Every file that a person may have: the old one or the new one, and neither is missing. */
function expectOldOrNew(world: World, { before, after }: Story): void {
  const allowed = new Set([...before, ...after].map(contentOf));
  const now = seen(world).filter(isFile);
  for (const file of now) expect(allowed).toContain(contentOf(file));
  const stay = new Set(after.map(nameOf));
  expect(now.map(nameOf)).toEqual(
    expect.arrayContaining(
      before
        .filter(isFile)
        .map(nameOf)
        .filter((name) => stay.has(name)),
    ),
  );
}

const isFile = (line: string): boolean => line.endsWith('"');
const nameOf = (line: string): string => line.split(/ \d+ \d+:\d+ /)[0] ?? '';
/** Without times and the count of names, of which an old one has two while it is being replaced. */
const contentOf = (line: string): string => `${nameOf(line)} ${/"[^]*$/.exec(line)?.[0]}`;

test.each(thorough)('%s: dead at any moment, it is gone on with to the same end', async (wish) => {
  const story = await uninterrupted(wish);
  // The second one meets most of what the first one does.
  for (let at = 1; at <= story.changes; at += wish === 'both' ? 3 : 1) {
    const when = at % 2 === 0 ? 'before' : 'after';
    using world = new World();
    const snapshot = await world.saveAndChange();
    const { id } = world.restores.begin(await world.prepare(snapshot, wishes[wish]));
    await dyingAt(at, when, () => world.restores.carryOut(id, world.backend));
    expectOldOrNew(world, story);
    if (world.restores.get(id).state !== 'finished') await world.restores.carryOut(id, world.backend);
    expect([at, when, seen(world, wish === 'always')]).toEqual([at, when, story.after]);
    expect(world.restores.get(id).outcome?.counts).toEqual(world.restores.get(id).planned);
    expect(await world.restores.undo(id)).toMatchObject({ leftCount: 0 });
    expect([at, when, whole(world)]).toEqual([at, when, story.before]);
  }
});

test.each(thorough)('%s: dead at any moment, it is taken back', async (wish) => {
  const story = await uninterrupted(wish);
  for (let at = 1; at <= story.changes; at += 2) {
    const when = at % 4 === 1 ? 'before' : 'after';
    using world = new World();
    const snapshot = await world.saveAndChange();
    const { id } = world.restores.begin(await world.prepare(snapshot, wishes[wish]));
    await dyingAt(at, when, () => world.restores.carryOut(id, world.backend));
    if (world.restores.get(id).state === 'staging') world.restores.discard(id);
    else await world.restores.undo(id);
    expect([at, when, whole(world)]).toEqual([at, when, story.before]);
  }
});

test.each(['always', 'deleting'] as const)(
  '%s: dead at any moment of being taken back, it is by asking again',
  async (wish) => {
    const { before } = await uninterrupted(wish);
    for (let at = 1, changes = 1; at <= changes; at += 1) {
      using world = new World();
      const { id } = await world.restore(await world.saveAndChange(), wishes[wish]);
      const count = await dyingAt(at, at % 2 === 0 ? 'before' : 'after', () => world.restores.undo(id));
      changes = Math.max(changes, count + 1);
      if (world.restores.get(id).state !== 'undone') await world.restores.undo(id);
      expect([at, whole(world)]).toEqual([at, before]);
      if (count < at) break;
    }
  },
);

test('what a death left behind is known, unless somebody works on it, until it is at its end', async () => {
  using world = new World();
  const { id } = world.restores.begin(await world.prepare(await world.saveAndChange(), { mode: 'always' }));
  expect(world.restores.left()).toMatchObject([{ id, state: 'staging' }]);
  await dyingAt(Math.floor((await uninterrupted('always')).changes / 2), 'after', () =>
    world.restores.carryOut(id, world.backend),
  );
  expect(world.restores.left()).toMatchObject([{ id, state: 'moving' }]);
  world.ownerLives = true;
  expect(world.restores.left()).toEqual([]);
  world.ownerLives = false;
  await world.restores.carryOut(id, world.backend);
  expect(world.restores.left()).toEqual([]);
});

test('on a file system without links: dead at any moment, it is gone on with, and taken back', async () => {
  const story = await uninterrupted('always');
  for (let at = 2; at <= story.changes; at += 2) {
    using world = new World();
    const snapshot = await world.saveAndChange();
    await withoutLinks(async () => {
      const { id } = world.restores.begin(await world.prepare(snapshot, { mode: 'always' }));
      await dyingAt(at, at % 4 === 0 ? 'before' : 'after', () => world.restores.carryOut(id, world.backend));
      if (world.restores.get(id).state !== 'finished') await world.restores.carryOut(id, world.backend);
      expect([at, seen(world, true)]).toEqual([at, story.after]);
      expect(await world.restores.undo(id)).toMatchObject({ leftCount: 0 });
    });
    expect([at, whole(world)]).toEqual([at, story.before]);
  }
});

test('what is worked on after a death, before it was replaced, is judged as it is then', async () => {
  const { changes } = await uninterrupted('usual');
  let judged = 0;
  for (let at = 1; at <= changes; at += 1) {
    using world = new World();
    const snapshot = await world.saveAndChange();
    const { id } = world.restores.begin(await world.prepare(snapshot));
    await dyingAt(at, 'after', () => world.restores.carryOut(id, world.backend));
    const file = join(world.source, 'older.txt');
    if (readFileSync(file, 'utf8') !== 'before that') continue;
    judged += 1;
    world.write('older.txt', 'worked on', 1_800_000_000);
    await world.restores.carryOut(id, world.backend);
    expect([at, readFileSync(file, 'utf8')]).toEqual([at, 'worked on']);
  }
  expect(judged).toBeGreaterThan(10);
});
