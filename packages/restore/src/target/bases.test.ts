import { expect, test } from 'vitest';
import { basesOf, targetIn } from './bases.ts';

test.each<[readonly string[], string | undefined, readonly [string, string][]]>([
  [['/home/u/docs'], undefined, [['/home/u', '/home/u']]],
  [['/home/u/docs', '/home/u/pictures', '/etc'], undefined, [['/', '/']]],
  [
    ['/home/u/docs', '/srv/data'],
    undefined,
    [
      ['/home/u', '/home/u'],
      ['/srv', '/srv'],
    ],
  ],
  [['/home/u/docs', '/home/u/docs/deep/er'], undefined, [['/home/u', '/home/u']]],
  [['/'], undefined, [['/', '/']]],
  [[], undefined, [['/', '/']]],
  [['/home/u/docs'], '/tmp/new', [['/', '/tmp/new']]],
])('%j into %s', (sources, target, expected) => {
  expect(basesOf(sources, target).map(({ inside, outside }) => [inside, outside])).toEqual(expected);
});

test.each([
  ['/a/b', '/a/b/c', '/mnt/x/c'],
  ['/a/b', '/a/b', '/mnt/x'],
  ['/a/b', '/a/bc', '/a/bc'],
  ['/', '/a/b', '/mnt/x/a/b'],
])('%s: %s goes to %s', (inside, path, expected) => {
  expect(targetIn([{ inside, outside: '/mnt/x' }], path)).toBe(expected);
});
