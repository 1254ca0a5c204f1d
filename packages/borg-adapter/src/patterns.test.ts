import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { excludeFlags, regexOf } from './patterns.ts';

/** Python's dialect in that of JavaScript. */
const fits = (pattern: string, path: string): boolean =>
  new RegExp(regexOf(pattern).replaceAll('\\Z', '$'), 's').test(path.replace(/^\//, ''));

test.each<[string, readonly string[], readonly string[]]>([
  ['*.tmp', ['/a.tmp', '/x/y/a.tmp', '/x/.tmp', '/d.tmp/inside'], ['/a.tmpx', '/a.tm', '/tmp']],
  ['cache', ['/cache', '/x/cache', '/x/cache/y'], ['/cached', '/x/mycache']],
  ['cache/', ['/cache', '/x/cache/y'], ['/cached']],
  ['a/b', ['/a/b', '/x/a/b/c'], ['/a/x/b', '/xa/b', '/a']],
  ['/home/*/x', ['/home/me/x', '/home/me/x/y'], ['/home/x', '/home/a/b/x', '/z/home/me/x']],
  ['/a/**/z', ['/a/z', '/a/b/z', '/a/b/c/z', '/a/b/z/y'], ['/az', '/a/bz', '/z']],
  ['**/node_modules', ['/node_modules', '/x/node_modules/y'], ['/x/node_modules_']],
  ['/a/**', ['/a', '/a/b', '/a/b/c'], ['/ab', '/b/a']],
  ['/a/**/**/b', ['/a/b', '/a/x/y/b'], ['/ab']],
  ['fo?', ['/foo', '/x/fo!'], ['/fo', '/fo/o']],
  ['[a-c]x', ['/ax', '/y/cx'], ['/dx', '/-x']],
  ['[^a]x', ['/bx'], ['/ax']],
  ['a\\*b', ['/a*b'], ['/axb']],
  ['a+(b)|c$', ['/a+(b)|c$'], ['/aab', '/c']],
  ['[open', ['/[open'], ['/o']],
  ['line\nbreak', ['/line\nbreak'], ['/line']],
  ['ünï {x}', ['/d/ünï {x}'], ['/ünï']],
])('%j is read as restic reads it', (pattern, fitting, others) => {
  for (const path of fitting) expect(fits(pattern, path), path).toBe(true);
  for (const path of others) expect(fits(pattern, path), path).toBe(false);
});

/** restic's own way: names of the pattern against each run of names of the path, `**` as any number of `*`. */
function reference(pattern: string, path: string): boolean {
  const names = path.split('/').filter(Boolean);
  const wanted = pattern.split('/').filter(Boolean);
  const at = (from: number, index: number): boolean => {
    const name = wanted[index];
    if (name === undefined) return true;
    if (name === '**') return [...names.slice(from), ''].some((_, skipped) => at(from + skipped, index + 1));
    return names[from] === name && at(from + 1, index + 1);
  };
  return pattern.startsWith('/') ? at(0, 0) : names.some((_, from) => at(from, 0));
}

test('plain names and ** fit what restic lets them fit', () => {
  const name = fc.constantFrom('a', 'b', 'ab', '.');
  const pattern = fc
    .tuple(fc.boolean(), fc.array(fc.oneof(name, fc.constant('**')), { minLength: 1, maxLength: 4 }))
    .map(([isWhole, names]) => (isWhole ? '/' : '') + names.join('/'));
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => `/${names.join('/')}`);
  fc.assert(
    fc.property(pattern, path, (one, other) => {
      expect(fits(one, other)).toBe(reference(one, other));
    }),
    { seed: 20_261_126, numRuns: 3000 },
  );
});

test('the last pattern that fits decides, so it comes first', () => {
  expect(excludeFlags(['*.log', '!keep.log'])).toEqual([
    '--pattern=+ re:(?:^|/)keep\\.log(?:/|\\Z)',
    '--pattern=! re:(?:^|/)[^/]*\\.log(?:/|\\Z)',
  ]);
});
