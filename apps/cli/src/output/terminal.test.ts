import { expect, test } from 'vitest';
import { colourStyle, wantsColour } from './colour.ts';
import { printsUnicode } from './signs.ts';
import { table } from './table.ts';
import { displayWidth, shortenEnd, shortenStart } from './width.ts';

const colour = (env: Record<string, string>, isTerminal = true, choice: 'auto' | 'always' | 'never' = 'auto') =>
  wantsColour({ choice, env, isTerminal });

test('colour: the flag, then NO_COLOR, FORCE_COLOR, then the terminal', () => {
  expect(colour({})).toBe(true);
  expect(colour({}, false)).toBe(false);
  expect(colour({ TERM: 'dumb' })).toBe(false);
  expect(colour({ NO_COLOR: '1' })).toBe(false);
  expect(colour({ NO_COLOR: '' })).toBe(true);
  expect(colour({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(colour({ FORCE_COLOR: '0' })).toBe(false);
  expect(colour({ NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
  expect(colour({ NO_COLOR: '1' }, false, 'always')).toBe(true);
  expect(colour({ FORCE_COLOR: '1' }, true, 'never')).toBe(false);
});

test.each([
  [{ LANG: 'en_GB.UTF-8' }, 'linux', true],
  [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, 'linux', false],
  [{ LC_CTYPE: 'C.utf8' }, 'linux', true],
  [{}, 'linux', false],
  [{}, 'darwin', true],
  [{}, 'win32', false],
  [{ WT_SESSION: '1' }, 'win32', true],
])('%j on %s prints Unicode: %s', (env, platform, expected) => expect(printsUnicode(env, platform)).toBe(expected));

test('a table is as wide as what is seen, and leaves empty columns out', () => {
  const columns = [{ title: 'name' }, { title: 'size', align: 'right' }, { title: 'none' }, { title: 'note' }] as const;
  const rows = [
    [colourStyle.bold('文件'), '1', '', 'x'],
    ['ab', '100', '', 'a longer remark'],
  ];
  expect(table(columns, rows)).toEqual([
    'name  size  note',
    `${colourStyle.bold('文件')}     1  x`,
    'ab     100  a longer remark',
  ]);
  expect(table([{ title: '' }, { title: '' }], [['a', 'b']])).toEqual(['a  b']);
});

test('widths', () => {
  expect(displayWidth(colourStyle.red('abc'))).toBe(3);
  expect(displayWidth('文件')).toBe(4);
  expect(displayWidth('🙂')).toBe(2);
  expect(displayWidth('é')).toBe(1);
  expect(displayWidth('e\u0301')).toBe(1);
  expect(displayWidth('✔ →')).toBe(3);
  expect(displayWidth('✔\ufe0f')).toBe(2);
  expect(shortenStart('/home/me/Pictures/2026/11/IMG_4471.dng', 20, '…')).toBe(
    '…2026/11/IMG_4471.dng'.slice(-20).replace(/^./, '…'),
  );
  expect(shortenEnd('abcdef', 4, '…')).toBe('abc…');
  expect(shortenEnd('abcd', 4, '…')).toBe('abcd');
  expect(shortenEnd(`ab${colourStyle.red('cdef')}gh`, 4, '…')).toBe(`ab${colourStyle.red('c…')}`);
  expect(displayWidth(shortenStart('文件'.repeat(20), 11, '…'))).toBeLessThanOrEqual(11);
});
