import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { times } from '../../../tools/vitest/evidence.ts';
import { Secret } from './secret.ts';
import { maskOf } from './secret-mask.ts';

/** What others make of a text before they tell it. */
const tellings: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in an address': (text) => encodeURIComponent(text),
  'in a form': (text) => new URLSearchParams({ key: text }).toString(),
  'in JSON': (text) => JSON.stringify({ message: text }),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  'in hexadecimal': (text) => Buffer.from(text).toString('hex'),
};

/** Long enough to be known again in every form; with what has to be escaped somewhere. */
const value = fc.string({ minLength: 10, maxLength: 40, unit: 'grapheme' }).filter((text) => text.trim() === text);
const around = fc.string({ maxLength: 20 });

test.for(Object.entries(tellings))('a secret is not told %s, whatever stands around it', ([, tell]) => {
  fc.assert(
    fc.property(value, around, around, (secret, before, after) => {
      const said = maskOf([new Secret(secret)])(tell(before + secret + after));
      expect(said).toContain('[secret]');
      expect(said).not.toContain(secret);
    }),
    { numRuns: times(150) },
  );
});

test('what is no secret stays as it is', () => {
  const mask = maskOf([new Secret('correct horse'), undefined, new Secret('abc')]);
  const text = 'a correct answer about abc, horses and Y29ycmVj';
  expect(mask(text)).toBe(text);
});

test('of secrets within each other nothing is left, and each line of a key is one', () => {
  const mask = maskOf([new Secret('open sesame'), new Secret('open sesame, twice')]);
  expect(mask('open sesame, twice')).toBe('[secret]');
  expect(maskOf([new Secret('first line\r\nsecond line\n')])('the second line')).toBe('the [secret]');
});
