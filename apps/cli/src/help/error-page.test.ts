import { expect, test } from 'vitest';
import { asText, errorPage } from './error-page.ts';

test('is found by its code, and by no other name', () => {
  expect(errorPage('repository.locked')).toMatch(/^repository\.locked\n\nExit code 11\./);
  expect(errorPage('repository.lost')).toBeUndefined();
  expect(errorPage('../errors/repository.locked')).toBeUndefined();
});

test('is laid out for a terminal', () => {
  const line = 'word '.repeat(19).trim();
  expect(asText(`# A\n\n${line} ${line}\n`)).toBe(`A\n\n${line}\n${line}\n`);
});
