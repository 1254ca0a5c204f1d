import type { ErrorRecord, Instant, SecretReference } from '@umbracore/contracts';
import { timestamp } from './timestamp.ts';

export interface SecretsListed {
  readonly file: string;
  readonly isByPassphrase: boolean;
  readonly secrets: readonly { readonly name: string; readonly setAt: Instant }[];
}

/** `umbra.secrets/1` without its name: what the encrypted store holds, never a value. */
export const secretsDocument = ({ file, isByPassphrase, secrets }: SecretsListed) => ({
  file,
  key: isByPassphrase ? 'passphrase' : 'file',
  secrets: secrets.map(({ name, setAt }) => ({ name, setAt: timestamp(setAt) })),
});

/** Whether a secret that the configuration refers to is there. */
export interface SecretCheck {
  readonly reference: SecretReference;
  /** What it is for, such as `repositories.home.password`. */
  readonly usedBy: readonly string[];
  readonly error: ErrorRecord | null;
  /** What a person should know of how it was found. */
  readonly note: string | null;
}

/** A reference as it is written. */
export const referenceText = ({ scheme, target }: SecretReference): string =>
  `${scheme}:${typeof target === 'string' ? target : target.join(' ')}`;

/** `umbra.secret-check/1` without its name. */
export const secretCheckDocument = (checks: readonly SecretCheck[]) => ({
  secrets: checks.map(({ reference, usedBy, error, note }) => ({
    reference: referenceText(reference),
    usedBy,
    found: error === null,
    error,
    note,
  })),
});
