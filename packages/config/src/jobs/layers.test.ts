import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { merge } from './layers.ts';
import { plainFields } from './plain-fields.ts';

test('scalars and lists replace, maps merge', () => {
  expect(merge({ a: 1, list: [1, 2], map: { x: 1, y: 1 } }, { a: 2, list: [3], map: { y: 2 } })).toEqual({
    a: 2,
    list: [3],
    map: { x: 1, y: 2 },
  });
});

const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const { map } = fc.letrec<{ readonly map: Record<string, unknown>; readonly value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { maxLength: 3 }), tie('map')),
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'), tie('value'), { maxKeys: 4 }),
}));

/** Maps that never meet a list or scalar at the same key, as the schema makes sure. */
const kinds = fc.record(
  {
    number: fc.integer(),
    list: fc.array(scalar, { maxLength: 3 }),
    inner: fc.dictionary(fc.constantFrom('a', 'b', 'c'), scalar),
  },
  { requiredKeys: [] },
);

test('it does not matter which layers are merged first', () => {
  fc.assert(
    fc.property(kinds, kinds, kinds, (one, two, three) => {
      expect(merge(merge(one, two), three)).toEqual(merge(one, merge(two, three)));
    }),
  );
});

test('merging leaves its arguments and the prototype of all objects alone', () => {
  fc.assert(
    fc.property(map, map, (one, two) => {
      const before = structuredClone([one, two]);
      merge(one, two);
      expect([one, two]).toEqual(before);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
  );
  merge({}, JSON.parse('{"__proto__": {"polluted": true}}'));
  expect({}).not.toHaveProperty('polluted');
});

test('short forms become lists and paths absolute; a schedule gives its retry and its limit to the job', () => {
  const folders = { base: '/etc/umbra', home: '/home/me' };
  expect(
    plainFields(
      {
        sources: ['~/a', { path: 'b', required: false }, '/c/../d'],
        repository: 'main',
        schedule: { frequency: 'daily', retryStrategy: { type: 'none' }, maxRuntime: '4h' },
      },
      folders,
    ),
  ).toMatchObject({
    sources: [
      { path: '/home/me/a', required: true },
      { path: '/etc/umbra/b', required: false },
      { path: '/d', required: true },
    ],
    repository: ['main'],
    retry: { type: 'none' },
    maxRuntime: '4h',
  });
});
