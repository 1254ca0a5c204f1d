export { builtinIntegrations, secretStoreIn } from './builtin-integrations.ts';
export { builtinConditions } from './conditions/builtin-conditions.ts';
export { type Machine, thisMachine } from './conditions/machine.ts';
export { type CommandSecretsOptions, commandSecrets } from './command-secrets.ts';
export { builtinNotifiers } from './notifiers/builtin-notifiers.ts';
export { envSecrets } from './env-secrets.ts';
export { fileSecrets } from './file-secrets.ts';
export { generatePassword, writeSecretFile } from './secret-file.ts';
export { SecretReplacement } from './secret-replacement.ts';
export { credentialSecrets } from './credential-secrets.ts';
export { keychainSecrets, type KeychainOptions } from './keychain-secrets.ts';
export {
  secretNamePattern,
  SecretStore,
  type SecretStoreOptions,
  type StoredSecret,
} from './secret-store/secret-store.ts';
