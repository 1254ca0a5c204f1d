import { Secret, UmbraError } from '@umbracore/contracts';

/** No password or key is longer; more means that the reference points at the wrong thing. */
export const maxSecretBytes = 64 * 1024;

export function unavailable(reference: string, what: string, hint: string): UmbraError {
  return new UmbraError('secret.unavailable', `${reference}: ${what}`, { hint, context: { reference } });
}

/** Drops one trailing line break; nothing else, since blanks may belong to a password. */
export function toSecret(text: string, reference: string, hint: string): Secret {
  const value = text.replace(/\r?\n$/, '');
  if (value === '') throw unavailable(reference, 'it is empty', hint);
  return new Secret(value);
}

/** The reason of a failed call to the system, such as `ENOENT`. */
export function systemCode(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
