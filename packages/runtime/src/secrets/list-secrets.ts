import type { SecretStore } from '@umbracore/integrations';
import type { SecretsListed } from '../documents/secrets-document.ts';

/** What the encrypted store holds, by name. Nothing is decrypted. */
export const listSecrets = async (
  store: Pick<SecretStore, 'file' | 'list' | 'isByPassphrase'>,
): Promise<SecretsListed> => ({
  file: store.file,
  isByPassphrase: await store.isByPassphrase(),
  secrets: await store.list(),
});
