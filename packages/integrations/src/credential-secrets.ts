import { join } from 'node:path';
import type { SecretProvider } from '@umbracore/contracts';
import { fileSecrets } from './file-secrets.ts';
import { unavailable } from './secret-text.ts';

const files = fileSecrets();

/**
 * Finds `credential:NAME`: what systemd hands to a service with `LoadCredential` or `SetCredentialEncrypted`, from the folder in
 * `CREDENTIALS_DIRECTORY`. It is looked at as any file with a secret: nobody else may read it.
 */
export function credentialSecrets(env: Readonly<Record<string, string | undefined>>): SecretProvider {
  return {
    scheme: 'credential',
    async resolve({ target }, signal) {
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
      return await files.resolve({ scheme: 'file', target: join(folder, name) }, signal).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw unavailable(reference, why, `Add LoadCredentialEncrypted=${name} to the unit.`);
      });
    },
  };
}
