import { join } from 'node:path';
import type { SecretProvider } from '@umbracore/contracts';
import { reasonOf } from '@umbracore/contracts';
import { readSecret } from './file-secrets.ts';
import { unavailable } from './secret-text.ts';

/**
 * To the user of a service systemd gives its credentials by an access list, whose mask stands where otherwise the rights of the group
 * do: `r--r-----`, of root. The group itself may not read them.
 */
const forbidden = 0o037;

/**
 * Finds `credential:NAME`: what systemd hands to a service with `LoadCredential` or `SetCredentialEncrypted`, from the folder in
 * `CREDENTIALS_DIRECTORY`. It is looked at as any file with a secret: nobody else may read it.
 */
export function credentialSecrets(env: Readonly<Record<string, string | undefined>>): SecretProvider {
  return {
    scheme: 'credential',
    async resolve({ target }) {
      const name = typeof target === 'string' ? target : '';
      const reference = `credential:${name}`;
      if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name))
        throw unavailable(reference, 'it needs the name of one credential', 'Write credential:NAME.');
      const folder = env['CREDENTIALS_DIRECTORY'];
      if (folder === undefined || folder === '')
        throw unavailable(
          reference,
          'this process was given no credentials',
          `Add LoadCredentialEncrypted=${name} to the unit, and start umbra by it.`,
        );
      return await readSecret(join(folder, name), forbidden).catch((error: unknown) => {
        const why = reasonOf(error);
        throw unavailable(reference, why, `Add LoadCredentialEncrypted=${name} to the unit.`);
      });
    },
  };
}
