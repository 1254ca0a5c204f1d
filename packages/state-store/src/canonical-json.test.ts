import { Secret } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

test('the order of keys does not matter, at any depth', () => {
  expect(canonicalJson({ b: [{ y: 1, x: undefined }], a: null })).toBe('{"a":null,"b":[{"y":1}]}');
  expect(canonicalJson({ a: null, b: [{ x: undefined, y: 1 }] })).toBe('{"a":null,"b":[{"y":1}]}');
});

test('a secret never gets in', () => {
  expect(canonicalJson({ password: new Secret('hunter2') })).toBe('{"password":"[secret]"}');
});

test('a key of any name stays a key', () => {
  const odd: unknown = JSON.parse('{"toString":1,"__proto__":{"b":1,"a":2},"constructor":null}');
  expect(canonicalJson(odd)).toBe('{"__proto__":{"a":2,"b":1},"constructor":null,"toString":1}');
});

test('what turns itself into JSON is sorted too', () => {
  expect(canonicalJson([{ toJSON: () => ({ b: 1, a: new Date(0) }) }])).toBe(
    '[{"a":"1970-01-01T00:00:00.000Z","b":1}]',
  );
});

test('any JSON value survives, and its text is stable', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});
