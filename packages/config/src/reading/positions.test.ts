import * as fc from 'fast-check';
import * as toml from 'smol-toml';
import { expect, test } from 'vitest';
import * as yaml from 'yaml';
import { isMap, type Path } from './path.ts';
import type { SourceText } from './source-text.ts';
import { parseToml } from './toml-source.ts';
import { parseYaml } from './yaml-source.ts';

const key = fc.oneof(fc.string({ minLength: 1, maxLength: 5 }), fc.constantFrom('a', 'b.c', 'd e', '"', "'", '#', 'é'));
const scalar = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer({ min: -99, max: 99 }),
  fc.boolean(),
  fc.constantFrom('a\nb', '"""', "''", ']', '}', '# x', '='),
);
const { map } = fc.letrec<{ readonly map: Record<string, unknown>; readonly value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.array(tie('map'), { minLength: 1, maxLength: 2 }),
    tie('map'),
  ),
  map: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}));
const root = map.filter((value) => !JSON.stringify(value).includes('__proto__'));

function leaves(value: unknown, path: Path = []): readonly { readonly path: Path; readonly value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => leaves(item, [...path, index]));
  if (isMap(value)) return Object.entries(value).flatMap(([step, item]) => leaves(item, [...path, step]));
  return [{ path, value }];
}

const textAt = ({ text, locate }: SourceText, path: Path, part: 'key' | 'value'): string => {
  const span = locate(path, part);
  return span === undefined ? '' : text.slice(span.start, span.end);
};

/** Everything that a printed value says is found where it says it. */
function provePlaces(source: SourceText, value: unknown, read: (text: string) => unknown): void {
  expect(source.value).toEqual(value);
  for (const { path, value: leaf } of leaves(value)) {
    expect(read(textAt(source, path, 'value'))).toEqual(leaf);
    // An item of a list has no key: what stands there is the item.
    const name = path.at(-1);
    expect(read(textAt(source, path, 'key'))).toEqual(typeof name === 'string' ? name : leaf);
  }
}

const bare = /^[A-Za-z0-9_-]+$/;

test('TOML: every key and value is found at its place', () => {
  const read = (text: string): unknown => {
    try {
      return toml.parse(`x = ${text}`)['x'];
    } catch {
      return bare.test(text) ? text : undefined;
    }
  };
  fc.assert(
    fc.property(root, (value) => {
      const { source, findings } = parseToml('/umbra.toml', toml.stringify(value));
      expect(findings).toEqual([]);
      expect(source.value).toEqual(value);
      for (const { path, value: leaf } of leaves(value)) expect(read(textAt(source, path, 'value'))).toEqual(leaf);
    }),
  );
});

test.each([
  ['blocks', (value: unknown) => yaml.stringify(value, { blockQuote: false, lineWidth: 0 })],
  ['braces', (value: unknown) => yaml.stringify(value, { collectionStyle: 'flow', lineWidth: 0 })],
  ['JSON', (value: unknown) => JSON.stringify(value, null, 2)],
])('YAML in %s: every key and value is found at its place', (_, print) => {
  fc.assert(
    fc.property(root, (value) => {
      const { source, findings } = parseYaml('/umbra.yaml', print(value));
      expect(findings).toEqual([]);
      provePlaces(source, value, (text) => yaml.parse(text));
    }),
  );
});

test('TOML by hand: dotted keys, lists over lines, tables in lists', () => {
  const text = `# top
a.b."c d" = 1 # one
list = [
  "x", # first
  { y = "z", "q.r" = [1, 2] },
]
text = """
[not] = "a table"
"""
[[rows]]
name = 'one'
[[rows]]
name = 'two'
[rows.inner]
deep = true
`;
  const { source, findings } = parseToml('/umbra.toml', text);
  expect(findings).toEqual([]);
  expect(textAt(source, ['a', 'b', 'c d'], 'key')).toBe('"c d"');
  expect(textAt(source, ['a', 'b', 'c d'], 'value').trim()).toBe('1');
  expect(textAt(source, ['list', 0], 'value')).toBe('"x"');
  expect(textAt(source, ['list', 1, 'y'], 'value')).toBe('"z"');
  expect(textAt(source, ['list', 1, 'q.r', 1], 'value')).toBe('2');
  expect(textAt(source, ['rows', 1, 'name'], 'value')).toBe("'two'");
  expect(textAt(source, ['rows', 1, 'inner', 'deep'], 'value').trim()).toBe('true');
  expect(source.locate(['not'], 'key')).toBeUndefined();
});
