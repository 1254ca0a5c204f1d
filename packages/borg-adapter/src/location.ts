import { UmbraError } from '@umbracore/contracts';

/** Where a repository is, as far as the adapter must tell places apart. */
export type Location =
  | { readonly kind: 'local'; readonly path: string; readonly address: string }
  | { readonly kind: 'remote'; readonly address: string };

/** Throws `config.invalid-value` for what borg would take apart at another place than is meant. */
export function parseLocation(address: string, repository: string): Location {
  if (address.includes('::')) throw wrong(repository, 'has "::" in its location, which borg takes for the end of it');
  if (address.startsWith('ssh://')) return { kind: 'remote', address };
  if (address.startsWith('/')) return { kind: 'local', path: address, address };
  // `user@host:path`; without a slash before the colon it can be nothing else.
  if (/^[^/:]+:.+/.test(address)) return { kind: 'remote', address };
  throw wrong(repository, 'is at a place that borg does not know');
}

const wrong = (repository: string, why: string): UmbraError =>
  new UmbraError('config.invalid-value', `Repository ${repository} ${why}`, {
    hint: 'Use an absolute folder, or ssh://USER@HOST/PATH.',
  });

/** borg replaces what stands in braces in every name that it is given. */
export const verbatim = (text: string): string => text.replaceAll(/[{}]/g, '$&$&');
