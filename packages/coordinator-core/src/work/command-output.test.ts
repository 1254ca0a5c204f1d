import { Secret } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { commandOutput } from './command-output.ts';

function said(lines: readonly string[], secrets: readonly string[] = []): readonly string[] {
  const notes: string[] = [];
  const output = commandOutput(
    secrets.map((value) => new Secret(value)),
    (line) => notes.push(line),
  );
  for (const line of lines) output.add(line);
  output.end();
  return notes;
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, line) => `line ${line}`);

test('what is short is passed on as it is', () => {
  expect(said(numbered(1100))).toEqual(numbered(1100));
});

test.each([1201, 1400, 1401, 1799, 1800, 100_000])('of %d lines the first and the last ones stay', (count) => {
  const notes = said(numbered(count));
  expect(notes.slice(0, 1000)).toEqual(numbered(1000));
  expect(notes[1000]).toBe(`… ${count - 1200} lines left out …`);
  expect(notes.slice(1001)).toEqual(numbered(count).slice(-200));
});

test('secrets are masked, those of several lines line by line, the longest first', () => {
  const lines = ['key: hunter2hunter', 'key: hunter2', '-----BEGIN-----', 'abc is no secret'];
  expect(said(lines, ['hunter2', 'hunter2hunter', '-----BEGIN-----\nabcdefgh\n', 'abc'])).toEqual([
    'key: [secret]',
    'key: [secret]',
    '[secret]',
    'abc is no secret',
  ]);
});

test('the last lines are masked too', () => {
  expect(said([...numbered(1500), 'swordfish'], ['swordfish']).at(-1)).toBe('[secret]');
});
