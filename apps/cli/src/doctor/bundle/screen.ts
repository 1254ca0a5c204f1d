import { maskOf, UmbraError, withoutCredentials, type Mask, type Secret } from '@umbracore/contracts';
import type { MadePart, ScreenedPart } from './part.ts';
import { secretFinder } from './secret-finder.ts';

/** Of one part. */
export const mostCharacters = 1024 * 1024;

/**
 * The parts without the secrets, and no longer than they may be. Throws `secret.exposed` naming those that hold a secret all the
 * same: then nothing may be shown.
 */
export function screened(parts: readonly MadePart[], secrets: readonly Secret[]): readonly ScreenedPart[] {
  const masked = maskOf(secrets);
  const mask: Mask = (text) => withoutNamed(withoutCredentials(masked(text)));
  const holdsSecret = secretFinder(secrets);
  const fit = parts.map(({ name, holds, text, problem }) => ({
    name,
    holds,
    ...cut(mask(text)),
    problem: problem === null ? null : mask(problem),
  }));
  const exposed = fit.filter(({ text, problem }) => holdsSecret(text) || holdsSecret(problem ?? ''));
  if (exposed.length === 0) return fit;
  const names = exposed.map(({ name }) => name).join(', ');
  throw new UmbraError('secret.exposed', `no bundle was written: after masking there is still a secret in ${names}`, {
    hint: 'Use `umbra doctor` without --bundle, and report what part it was.',
  });
}

/** What goes by the name of a secret, wherever it came from: a value in an address or in an argument, or a header. */
const withoutNamed: Mask = (text) =>
  text
    .replace(/((?:password|passphrase|passwd|secret|token|api[-_]?key|access[-_]?key)=)[^\s"'\\&;,]+/gi, '$1[secret]')
    .replace(/\b(authorization:\s*(?:\w+\s+)?|bearer\s+)[\w.~+/-]{8,}=*/gi, '$1[secret]');

const cut = (text: string): Pick<ScreenedPart, 'text' | 'isCut'> =>
  text.length <= mostCharacters ? { text, isCut: false } : { text: text.slice(0, mostCharacters), isCut: true };
