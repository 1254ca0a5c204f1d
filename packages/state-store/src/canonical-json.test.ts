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

test('any JSON value survives, and its text is stable', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});
