import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { includesOf } from './includes.ts';
import { isAtOrBelow } from './places.ts';

test.each<[string, string[], string[], string[], string[]]>([
  ['everything', ['/s/a', '/s/b/c'], ['/s/a', '/s/b/c'], [], ['/']],
  ['everything below a root', ['/s/a', '/s/b/c'], ['/s/a', '/s/b/c'], ['/s'], ['/s']],
  ['a whole folder', ['/s/a', '/s/b/c', '/s/b/d'], ['/s/b/c', '/s/b/d'], [], ['/s/b']],
  ['one of several', ['/s/a', '/s/b/c', '/s/b/d'], ['/s/b/c'], [], ['/s/b/c']],
  ['a root that is a file', ['/s/a'], ['/s/a'], ['/s/a'], ['/s/a']],
  ['nothing', ['/s/a'], [], [], []],
])('%s', (_, listed, wanted, roots, expected) => expect(includesOf(listed, new Set(wanted), roots)).toEqual(expected));

const path = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
  .map((names) => `/${names.join('/')}`);

test('all that is wanted comes, and nothing else that is listed', () => {
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 12 }), fc.infiniteStream(fc.boolean()), (paths, coins) => {
      // A file has nothing below it.
      const listed = paths.filter((one) => !paths.some((other) => other !== one && isAtOrBelow(other, one)));
      const wanted = new Set(listed.filter(() => coins.next().value));
      const includes = includesOf(listed, wanted, []);
      for (const one of listed) expect(includes.some((each) => isAtOrBelow(one, each))).toBe(wanted.has(one));
    }),
  );
});

test('more than fits into a command line: more may come, from below the roots only', () => {
  const listed = Array.from({ length: 9000 }, (_, index) => `/s/${index % 300}/${index}`);
  const wanted = new Set(listed.filter((_, index) => index % 2 === 0));
  const includes = includesOf(listed, wanted, ['/s']);
  expect(includes.length).toBeLessThanOrEqual(2000);
  for (const one of wanted) expect(includes.some((each) => isAtOrBelow(one, each))).toBe(true);
  expect(includes.every((each) => isAtOrBelow(each, '/s'))).toBe(true);
});
