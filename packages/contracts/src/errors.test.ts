import { describe, expect, it } from 'vitest';
import { errorCatalogue, isUmbraError, toUmbraError, UmbraError } from './errors.ts';

describe('errorCatalogue', () => {
  it('keeps the numbers that restic users know', () => {
    expect(errorCatalogue['source.unreadable'].exitCode).toBe(3);
    expect(errorCatalogue['repository.absent'].exitCode).toBe(10);
    expect(errorCatalogue['repository.locked'].exitCode).toBe(11);
    expect(errorCatalogue['repository.wrong-password'].exitCode).toBe(12);
    expect(errorCatalogue['run.cancelled'].exitCode).toBe(130);
  });

  it('never gives the exit code of a success', () => {
    expect(Object.values(errorCatalogue).map(({ exitCode }) => exitCode)).not.toContain(0);
  });

  it.each(['repository.wrong-password', 'repository.damaged', 'config.absent', 'run.cancelled', 'internal'] as const)(
    'does not retry %s, which only a person can mend',
    (code) => expect(errorCatalogue[code].retryable).toBe(false),
  );
});

describe('isUmbraError', () => {
  it('knows the errors of another copy of the package by their brand', () => {
    const foreign = Object.assign(new Error('from elsewhere'), { [Symbol.for('@umbracore/UmbraError')]: true });
    expect(isUmbraError(foreign)).toBe(true);
    expect(isUmbraError(new Error('plain'))).toBe(false);
    expect(isUmbraError(undefined)).toBe(false);
  });
});

describe('toUmbraError', () => {
  it('leaves ours alone and calls the rest a bug', () => {
    const ours = new UmbraError('repository.locked', 'locked');
    expect(toUmbraError(ours)).toBe(ours);
    const bug = new TypeError('x is not a function');
    expect(toUmbraError(bug)).toMatchObject({ code: 'internal', message: 'x is not a function', cause: bug });
    expect(toUmbraError('text')).toMatchObject({ code: 'internal', message: 'text' });
  });
});
