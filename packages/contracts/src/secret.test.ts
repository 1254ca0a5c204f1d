import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

const value = 'canary-7f3a';
const secret = new Secret(value);

describe('Secret', () => {
  it.each([
    ['text', String(secret)],
    ['a sum of texts', 'the password is ' + String(secret)],
    ['JSON', JSON.stringify({ nested: { secret } })],
    ['inspection', inspect({ secret }, { depth: 5, showHidden: true })],
    ['an error message', new Error('failed with ' + String(secret)).message],
    ['its own keys', JSON.stringify(Object.entries(secret))],
    ['a structured clone', inspect(structuredClone(secret))],
  ])('does not show in %s', (_, shown) => {
    expect(shown).not.toContain(value);
  });

  it('gives its value to who asks for it', () => {
    expect(secret.reveal()).toBe(value);
  });
});
