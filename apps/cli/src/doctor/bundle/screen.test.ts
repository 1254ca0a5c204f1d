import { Secret } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import type { MadePart } from './part.ts';
import { parts } from './parts.ts';
import { mostCharacters, screened } from './screen.ts';

const value = 'pa"ss wörd+/%41\\tx';
const secrets = [new Secret(`${value}\n`), new Secret('first line\nsecond line')];
const bytes = Buffer.from(value);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const filled = (text: string): readonly MadePart[] =>
  parts.map(({ name, holds }) => ({ name, holds, text, problem: `because of ${text}` }));

test.each<readonly [string, string]>([
  ['as it is', value],
  ['in an address', encodeURIComponent(value)],
  ['in a form', new URLSearchParams({ '': value }).toString()],
  ['in JSON', JSON.stringify({ value })],
  ['in hexadecimal', bytes.toString('hex')],
  ...['', 'u', 'u:', 'me:'].map((before) => [`in base64 after "${before}"`, base64(`${before}${value}\n`)] as const),
  ['in base64 for addresses', bytes.toString('base64url')],
  ['of several lines', JSON.stringify('first line\nsecond line')],
])('%s it is masked in every part', (_, text) => {
  const shown = screened(filled(`before ${text} after`), secrets);
  expect(shown.map(({ name }) => name)).toEqual(parts.map(({ name }) => name));
  for (const part of shown) {
    for (const shownText of [part.text, part.problem]) {
      expect(shownText).toMatch(/before .*\[secret\].* after/);
      expect(shownText).not.toContain(text);
    }
  }
});

test.each([
  ['capital hexadecimal', bytes.toString('hex').toUpperCase()],
  ['JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify({ value })))],
  ['an address in an address', encodeURIComponent(encodeURIComponent(value))],
  ['small letters in an address', encodeURIComponent(value).toLowerCase()],
  ['escapes of other letters', value.replace('w', '\\u0077')],
  ['JSON in base64', base64(JSON.stringify({ value }))],
  ['base64 in broken lines', base64(`user:${value}`).replace(/.{8}/g, '$&\\n')],
  ['a broken line', `${value.slice(0, 9)}\n  ${value.slice(9)}`],
])('%s is not masked, and nothing comes of the bundle', (_, text) => {
  const shown = filled('harmless').with(3, { name: 'status.json', holds: '', text: `x ${text} x`, problem: null });
  const error = thrownBy(() => screened(shown, secrets));
  expect(error).toMatchObject({
    code: 'secret.exposed',
    message: expect.stringMatching(/still a secret in status\.json$/),
  });
  expect(JSON.stringify(error)).not.toContain(text);
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test.each([
  ['https://user:guess@host/path', 'https://[secret]@host/path'],
  ['https://host/?token=abc&page=2', 'https://host/?token=[secret]&page=2'],
  ['["--api-key=abc","x"]', '["--api-key=[secret]","x"]'],
  ['Authorization: Bearer abcdefghij', 'Authorization: Bearer [secret]'],
])('what nobody registered goes by its place: %s', (text, shown) => {
  expect(screened(filled(text), [])[0]).toMatchObject({ text: shown });
});

test('ordinary text with short and common secrets stays, but for them', () => {
  const text = `a deadbeefdeadbeef ${'x'.repeat(40)} 1234 abc`;
  expect(screened(filled(text), [new Secret('1234'), new Secret('abc')])[0]?.text).toBe(
    text.replace('1234', '[secret]'),
  );
});

test('a part that is too long is cut, and says so', () => {
  const [part] = screened(filled('a'.repeat(mostCharacters + 1)).slice(0, 1), secrets);
  expect([part?.text.length, part?.isCut]).toEqual([mostCharacters, true]);
});
