import { UmbraError, type SecretReference } from '@umbracore/contracts';
import { absolutePath, type Folders } from './reading/file-path.ts';

/** A secret reference as it is written: `env:NAME`, `file:PATH`, `command:…`, `credential:NAME`,
 * `keychain:SERVICE/ACCOUNT`, `store:NAME`, or a map of one scheme. */
export type SecretReferenceText = string | Readonly<Record<string, string | readonly string[]>>;

/** The keys of a map that is a reference. */
export const secretSchemes: readonly string[] = ['env', 'file', 'command', 'credential', 'keychain', 'store'];

export const secretReferencePattern =
  /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*|command:\s*\S.*|credential:[A-Za-z0-9_][A-Za-z0-9._-]*|keychain:[^\s/]+\/[^\s/]+|store:[A-Za-z0-9][A-Za-z0-9._/-]*)$/;

export const secretReferenceHint =
  'name where the secret is found: env:NAME, file:PATH or { command: [program, argument] }; umbra help secrets has more';

/** Splits a command into words; quotes keep spaces together. Nothing else of a shell is understood. */
function splitCommand(text: string): readonly string[] {
  const words = text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g);
  return [...words].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

function referenceOf(scheme: string, target: string | readonly string[], folders: Folders): SecretReference {
  if (scheme === 'command') return { scheme, target: typeof target === 'string' ? splitCommand(target) : target };
  if (scheme === 'file' && typeof target === 'string') return { scheme, target: absolutePath(target, folders) };
  return { scheme, target };
}

/** The same reference with the path of a file made absolute. */
export function absoluteReference(reference: SecretReferenceText, folders: Folders): SecretReferenceText {
  if (typeof reference === 'string')
    return reference.startsWith('file:') ? `file:${absolutePath(reference.slice('file:'.length), folders)}` : reference;
  const { file } = reference;
  return typeof file === 'string' ? { file: absolutePath(file, folders) } : reference;
}

/**
 * Reads a secret reference; a file's path becomes absolute. Throws `config.invalid-value`, whose message does not repeat
 * the text: it may be the secret itself, written where its reference belongs.
 */
export function parseSecretReference(reference: SecretReferenceText, folders: Folders): SecretReference {
  const refusal = (): UmbraError =>
    new UmbraError('config.invalid-value', 'this is not a secret reference', { hint: secretReferenceHint });
  if (typeof reference === 'string') {
    if (!secretReferencePattern.test(reference)) throw refusal();
    const colon = reference.indexOf(':');
    return referenceOf(reference.slice(0, colon), reference.slice(colon + 1), folders);
  }
  const [entry, ...others] = Object.entries(reference);
  if (entry === undefined || others.length > 0) throw refusal();
  return referenceOf(entry[0], entry[1], folders);
}
