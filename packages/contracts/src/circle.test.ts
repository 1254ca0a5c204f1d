import { array, assert, constant, integer, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { findCircle } from './circle.ts';

const edges = (...arrows: readonly string[]) =>
  arrows.map((arrow) => {
    const [from = '', to = ''] = arrow.split('>');
    return { from, to };
  });

it.each([
  ['nothing', [], edges(), undefined],
  ['a diamond', ['a', 'b', 'c', 'd'], edges('a>b', 'a>c', 'b>d', 'c>d'), undefined],
  ['a node that follows itself', ['a'], edges('a>a'), ['a', 'a']],
  ['two', ['documents', 'mirror'], edges('mirror>documents', 'documents>mirror'), ['documents', 'mirror', 'documents']],
  ['three behind a tail', ['t', 'c', 'b', 'a'], edges('t>a', 'a>b', 'b>c', 'c>a'), ['c', 'a', 'b', 'c']],
  ['nodes that only edges name', [], edges('x>y', 'y>x'), ['x', 'y', 'x']],
  ['names of members of objects', ['__proto__'], edges('__proto__>constructor'), undefined],
])('finds the circle in %s', (_, nodes, arrows, circle) => {
  expect(findCircle(nodes, arrows)).toEqual(circle);
});

it('walks a hundred thousand nodes in a row', () => {
  const row = Array.from({ length: 100_000 }, (_, index) => ({ from: `${index}`, to: `${index + 1}` }));
  expect(findCircle([], row)).toBeUndefined();
  expect(findCircle([], [...row, { from: '100000', to: '0' }])).toHaveLength(100_002);
});

const graph = integer({ min: 1, max: 20 }).chain((size) => {
  const node = integer({ min: 0, max: size - 1 }).map(String);
  return record({
    nodes: constant(Array.from({ length: size }, (_, index) => String(index))),
    arrows: array(record({ from: node, to: node }), { maxLength: 40 }),
  });
});

it('names a real circle, and misses none', () => {
  assert(
    property(graph, ({ nodes, arrows }) => {
      const circle = findCircle(nodes, arrows);
      // What can be taken away, leaf by leaf, is on no circle.
      let left = arrows;
      for (let before = -1; before !== left.length;) {
        before = left.length;
        left = left.filter(({ to }) => left.some(({ from }) => from === to));
      }
      expect(circle === undefined).toBe(left.length === 0);
      for (const [index, from] of (circle ?? []).slice(0, -1).entries())
        expect(arrows).toContainEqual({ from, to: circle?.[index + 1] });
      expect(new Set(circle).size).toBe((circle?.length ?? 1) - 1);
      expect(circle?.at(0)).toBe(circle?.at(-1));
    }),
  );
});
