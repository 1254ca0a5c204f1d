import { expect, test } from 'vitest';
import { fittedTable } from './table.ts';
import { wrapWords } from './width.ts';

const columns = [{ title: '', tight: true }, { title: 'job' }, { title: 'next' }, { title: '', below: true }];
const rows = [
  ['x', 'documents', 'in 3 h', 'the last run failed: there was no network for all of its three attempts'],
  ['-', 'music', 'in 3 d', ''],
];
const fitted = (width: number): readonly string[] =>
  fittedTable(columns, rows, { width, ellipsis: '…', title: (text) => text });

test('what would be cut of the last column stands below its row, whole', () => {
  expect(fitted(40)).toEqual([
    '  job        next',
    'x documents  in 3 h',
    '    the last run failed: there was no',
    '    network for all of its three',
    '    attempts',
    '- music      in 3 d',
  ]);
});

test('what fits stays in its line, and other columns are cut as ever', () => {
  expect(fitted(120)[1]).toBe(`x documents  in 3 h  ${rows[0]?.[3]}`);
  expect(fitted(10)[1]).toBe('x documen…');
});

test('colours end with each line', () => {
  expect(wrapWords('\u001b[2mone two\u001b[22m', 4)).toEqual(['\u001b[2mone\u001b[22m', '\u001b[2mtwo\u001b[22m']);
  expect(wrapWords('', 4)).toEqual([]);
});
