import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Catalog } from '@umbracore/catalog';
import { budgetBytes, Place } from './place.ts';
import { file, folder, link, MemoryRepository, type Node } from './memory-repository.ts';
import { referenceMatch } from './reference-match.ts';

const name = fc.constantFrom(
  'a',
  'b.txt',
  'photo',
  'photos',
  'Übung',
  'new\nline',
  'q"\'`',
  '🙂 文',
  '\ufffd',
  'xx*?[',
  ' ',
);

const node: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(name, fc.constantFrom('', 'one', 'two', 'three')).map(([of, content]) => file(of, content)),
    fc.tuple(name, fc.nat(3)).map(([of, days]) => file(of, 'old', { modifiedAt: days, mode: 0o600 })),
    name.map((of) => link(of)),
    fc.tuple(name, fc.array(tie('node'), { maxLength: 5 })).map(([of, inside]) => folder(of, ...inside)),
  ),
})).node;

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('add'),
      root: fc.array(node, { maxLength: 4 }),
      job: fc.constantFrom('a', 'b'),
    }),
  },
  // What is like one that was there before, but for one entry.
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('again'), which: fc.nat(9), more: fc.array(node, { maxLength: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('forget'), which: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('catch up'), trees: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function play(repository: MemoryRepository, catalog: Catalog, steps: readonly Step[]): Promise<void> {
  for (const each of steps) {
    const ids = repository.ids();
    if (each.type === 'add') repository.add(each.root, { job: each.job });
    else if (each.type === 'catch up')
      await catalog.catchUp(repository.backend({ trees: each.trees }), { budgetBytes });
    else {
      const id = ids[each.which % ids.length];
      if (id === undefined) continue;
      if (each.type === 'forget') repository.forget(id);
      else repository.add([...repository.rootOf(id), ...each.more]);
    }
  }
  await catalog.catchUp(repository.backend(), { budgetBytes });
}

const patterns = [
  'photo',
  'photo*',
  '*',
  '?',
  '*hot*',
  '/photo',
  '/*/a',
  'photos/*',
  '/**/b.txt',
  'a/**',
  '**',
  '**/a/*',
  '!a',
  'Übung/',
  'b.tx?',
];

function found(repository: MemoryRepository, pattern: string): readonly string[] {
  return repository.ids().flatMap((id) =>
    repository
      .list(id)
      .filter(({ path }) => referenceMatch(pattern, path))
      .map((entry) => JSON.stringify([id, entry])),
  );
}

test('whatever happens to a repository, the catalog says what it says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      using place = new Place();
      using catalog = place.open();
      const repository = new MemoryRepository();
      await play(repository, catalog, steps);
      expect(catalog.snapshots().map(({ id }) => id)).toEqual(repository.ids());
      for (const id of repository.ids()) expect([...catalog.list(id)]).toEqual(repository.list(id));
      for (const pattern of patterns) {
        const hits = [...catalog.find({ pattern, ignoreCase: false })];
        const ours = hits.flatMap(({ entry, snapshots }) => snapshots.map((id) => JSON.stringify([id, entry])));
        expect([pattern, ours.toSorted()]).toEqual([pattern, found(repository, pattern).toSorted()]);
      }
    }),
    { numRuns: 150 },
  );
});
