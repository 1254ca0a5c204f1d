import { Secret, UmbraError, type Backend, type KeyRecord, type Operation } from '@umbracore/contracts';
import { generatePassword, writeSecretFile } from '@umbracore/integrations';
import { isSameKey } from '../documents/key-documents.ts';

/** 64 letters. */
const passwordBytes = 48;

export const newPassword = (): Secret => new Secret(generatePassword(passwordBytes));

/**
 * Adds a key for a password that is in a file, or for a new one that is written to `file` first: a key whose password nobody knows
 * would stay for ever. Gives its id.
 */
export async function addPassword(
  backend: Backend,
  { known, file }: { readonly known: Secret | undefined; readonly file: string },
  operation: Operation = {},
): Promise<string> {
  const secret = known ?? newPassword();
  if (known === undefined) await writeSecretFile(file, secret);
  return await backend.addKey(secret, operation);
}

/** The key that may be removed under this id, or its beginning. Throws `usage.invalid`. */
export async function removableKey(
  backend: Backend,
  { repository, wanted }: { readonly repository: string; readonly wanted: string },
  operation: Operation = {},
): Promise<KeyRecord> {
  const [key, other] = (await backend.keys(operation)).filter(({ id }) => wanted !== '' && isSameKey(id, wanted));
  const list = `See \`umbra repo password list ${repository}\`.`;
  const refused = (why: string, hint = list): UmbraError => new UmbraError('usage.invalid', why, { hint });
  if (key === undefined) throw refused(`${repository} has no key "${wanted}"`);
  if (other !== undefined) throw refused(`several keys begin with "${wanted}"`);
  if (key.current) {
    const rotate = `Replace it with \`umbra repo password rotate ${repository}\`.`;
    throw refused(`the password of the configuration opens ${repository} with key ${wanted}`, rotate);
  }
  if (isSameKey(key.id, (await backend.machineKey(operation))?.id)) {
    const remove = `Remove it and its secret with \`umbra repo machine-key remove ${repository}\`.`;
    throw refused(`${wanted} is the machine key of ${repository}`, remove);
  }
  return key;
}
