import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DiffDecoder } from './diff.ts';
import { EntryDecoder, entryOf } from './entry.ts';
import { bytesOf, ListedFields, probe } from './listed-fields.ts';

/** As Python's `unicode_escape` writes a text. */
const escaped = (text: string): string =>
  Array.from(text, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    if (letter === '\\') return '\\\\';
    if (code >= 0x20 && code < 0x7f) return letter;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  }).join('');

const name = fc
  .array(fc.oneof(fc.constantFrom('\\', 'x00', '\n', '\uDCE9', '\uDC80', '🗄', 'é'), fc.string({ unit: 'grapheme' })))
  .map((parts) => parts.join('').replaceAll('\0', ''));

/** Cut into pieces of any length. */
function throughChunks(bytes: Buffer, sizes: readonly number[]): readonly string[] {
  const fields = new ListedFields();
  const found: string[] = [];
  let at = 0;
  for (const size of sizes) {
    found.push(...fields.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...found, ...fields.push(bytes.subarray(at))];
}

test('fields of any names come through in any pieces, whether borg escapes them or not', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), sizes, (names, cuts) => {
      const fields = names.map((one) => `${probe}${one}`);
      const output = fields.map((field) => `${escaped(field)}\\x00`).join('');
      expect(throughChunks(Buffer.from(output), cuts)).toEqual(fields);
      const plain = fields.map((field) => Buffer.from(field).toString());
      expect(throughChunks(Buffer.from(plain.map((field) => `${field}\0`).join('')), cuts)).toEqual(plain);
    }),
    { seed: 20_261_126 },
  );
});

test('a name has the bytes that it had', () => {
  expect([...bytesOf('caf\uDCE9')]).toEqual([0x63, 0x61, 0x66, 0xe9]);
  expect(bytesOf('🗄 é').toString()).toBe('🗄 é');
});

test.each([
  ['-rwxr-xr-x', 'file', 0o755],
  ['drwxrwsr-t', 'dir', 0o3775],
  ['-rwSr-xr-T', 'file', 0o5654],
  ['hrw-------', 'file', 0o600],
  ['lrwxrwxrwx', 'symlink', 0o777],
  ['prw-r--r--', 'fifo', 0o644],
  ['?---------', 'irregular', 0],
])('%s is a %s with %o', (mode, type, bits) => {
  const entry = entryOf(`${probe}${mode} 7 None 5 2026-11-26T07:42:26.724405`, 'a', 'a/b');
  expect(entry).toMatchObject({ type, mode: bits, uid: 7, gid: 0, path: '/a/b' });
  expect(entry.modifiedAt).toBe(Date.UTC(2026, 10, 26, 7, 42, 26, 724));
});

test('a further name of a file has the size of the file', () => {
  const line = (mode: string, size: number, source: string, path: string): string =>
    [`${probe}${mode} 0 0 ${size} 2026-11-26T07:42:26.000000`, source, path].map((field) => `${field}\0`).join('');
  const output = line('-rw-------', 42, '', 'd/one') + line('hrw-------', 0, 'd/one', 'd/two');
  expect(new EntryDecoder().push(Buffer.from(output)).map(({ path, size }) => [path, size])).toEqual([
    ['/d/one', 42],
    ['/d/two', 42],
  ]);
});

test('of what borg says about one path the weightiest counts, and rights alone only where they are asked for', () => {
  const said = (path: string, ...changes: readonly object[]): string => `${JSON.stringify({ path, changes })}\n`;
  const output =
    said('d', { type: 'mtime' }) +
    said('new', { type: 'added', size: 5 }) +
    said('gone', { type: 'removed directory' }) +
    said('text', { type: 'mtime' }, { type: 'modified', added: 7, removed: 3 }) +
    said('other', { type: 'mode', old_mode: 'drwxr-xr-x', new_mode: '-rw-r--r--' }) +
    said('link', { type: 'changed link' }) +
    said('caf\uDCE9', { type: 'owner' });
  const all = new DiffDecoder(true);
  expect(all.push(Buffer.from(output)).map(({ path, change, folder }) => [path, change, folder])).toEqual([
    ['/d', 'metadata', false],
    ['/new', 'added', false],
    ['/gone', 'removed', true],
    ['/text', 'modified', false],
    ['/other', 'type-changed', false],
    ['/link', 'modified', false],
    ['/caf\uFFFD', 'metadata', false],
  ]);
  expect(all.totals).toEqual({ addedBytes: 12, removedBytes: 3 });
  expect(new DiffDecoder(false).push(Buffer.from(output)).map(({ change }) => change)).not.toContain('metadata');
});
