import { expect, test } from 'vitest';
import { configurationJsonSchema } from '../doors/configuration.ts';
import { topics } from './topics.ts';

/** The keys of the first part of a schema that has this one among them. */
function keysBeside(key: string, schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { readonly properties?: Readonly<Record<string, unknown>> };
  if (properties !== undefined && Object.hasOwn(properties, key)) return Object.keys(properties);
  for (const part of Object.values(schema)) {
    const keys = keysBeside(key, part);
    if (keys.length > 0) return keys;
  }
  return [];
}

test('everything that a hook may say is in the page on hooks', () => {
  const keys = keysBeside('onFailure', configurationJsonSchema());
  expect(keys).toContain('tries');
  expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(topics['hooks'] ?? ''))).toEqual([]);
});

test('everything that a plug-in may bring is in the page on plug-ins', () => {
  const [, first = ''] = topics['plugins']?.split('\n\n') ?? [];
  for (const kind of ['backend', 'secrets', 'condition', 'channel', 'sensor', 'hook']) expect(first).toContain(kind);
});
