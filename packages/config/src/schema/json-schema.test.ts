import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationJsonSchema } from './json-schema.ts';

test('the shipped schema is the one of the sources; `npm run schema` in this package writes it', () => {
  const shipped: unknown = JSON.parse(readFileSync(new URL('../../schema/v1.json', import.meta.url), 'utf8'));
  expect(JSON.parse(JSON.stringify(configurationJsonSchema()))).toEqual(shipped);
});

test('editors see the defaults and refuse unknown keys', () => {
  const text = JSON.stringify(configurationJsonSchema());
  expect(text).toContain('"default":"30m"');
  expect(configurationJsonSchema()['additionalProperties']).toBe(false);
});
