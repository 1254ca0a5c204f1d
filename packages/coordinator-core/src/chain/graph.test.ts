import { aChain } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { bracketOf, graphOf, linksOf, topologicalOrder } from './graph.ts';

const arrows = (...words: readonly string[]) =>
  words.map((word) => {
    const [from = '', to = ''] = word.split('>');
    return { from, to };
  });

test.each([
  [['c', 'b', 'a'], arrows('a>b', 'b>c'), ['a', 'b', 'c']],
  [['b', 'a', 'd', 'c'], arrows('a>c', 'b>c', 'c>d'), ['b', 'a', 'c', 'd']],
  [['a', 'b'], arrows('a>b', 'a>b'), ['a', 'b']],
  [['a', 'b', 'c'], arrows('a>b', 'b>a', 'b>c'), []],
])('%j in order', (nodes, edges, order) => {
  expect(topologicalOrder(nodes, edges)).toEqual(order);
});

test('edges between the same two nodes are one link', () => {
  expect(linksOf(aChain(['a -> b', 'a -warning-> b', 'a -> b', 'a -> c']).edges)).toEqual([
    { from: 'a', to: 'b', on: ['success', 'warning'] },
    { from: 'a', to: 'c', on: ['success'] },
  ]);
});

test.each([
  ['everything after the opener', ['mount -> a', 'a -> b', 'x -> b'], 'umount', ['a', 'b']],
  ['not what comes after the closer', ['mount -> a', 'a -> umount', 'umount -> b', 'a -> b'], 'umount', ['a']],
  ['nothing', ['mount'], 'umount', []],
])('a bracket holds %s', (_, edges, closer, inside) => {
  expect(bracketOf(aChain(edges, { umount: { closes: 'mount' } }), closer)).toEqual(inside);
});

const nested = aChain(['lock -> mount', 'mount -> a', 'a -> umount', 'umount -> unlock', 'unlock -> report'], {
  umount: { closes: 'mount' },
  unlock: { closes: 'lock' },
});

test('a bracket holds the brackets inside of it', () => {
  expect(bracketOf(nested, 'umount')).toEqual(['a']);
  expect(bracketOf(nested, 'unlock')).toEqual(['mount', 'a', 'umount']);
});

test('brackets side by side do not wait for the closer of the other one', () => {
  const edges = ['lock -> a', 'mount -> a', 'a -> unlock', 'a -> umount'];
  const chain = aChain(edges, { umount: { closes: 'mount' }, unlock: { closes: 'lock' } });
  expect([bracketOf(chain, 'unlock'), bracketOf(chain, 'umount')]).toEqual([['a'], ['a']]);
});

test('a graph has its nodes in order, closers after their brackets', () => {
  const chain = aChain(['umount', 'mount -> a', 'a -> b'], { umount: { closes: 'mount' } });
  const graph = graphOf(chain);
  expect(graph.nodes.map(({ id }) => id)).toEqual(['mount', 'a', 'b', 'umount']);
  expect(graph.brackets.get('umount')).toEqual(['mount', 'a', 'b']);
});
