import { join } from 'node:path';
import { definePlugin, type Clock, type Plugin } from '@umbracore/contracts';
import { commandSecrets } from './command-secrets.ts';
import { builtinConditions } from './conditions/builtin-conditions.ts';
import { thisMachine } from './conditions/machine.ts';
import { credentialSecrets } from './credential-secrets.ts';
import { builtinNotifiers } from './notifiers/builtin-notifiers.ts';
import { envSecrets } from './env-secrets.ts';
import { fileSecrets } from './file-secrets.ts';
import { keychainSecrets } from './keychain-secrets.ts';
import { SecretStore } from './secret-store/secret-store.ts';
import { builtinSensors } from './sensors/builtin-sensors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The encrypted store of a state folder, with the passphrase that the environment names, if it names one. */
export function secretStoreIn(stateDir: string, env: Env, clock: Clock): SecretStore {
  const passphraseFile = env['UMBRA_SECRET_PASSPHRASE_FILE'] || undefined;
  return new SecretStore({ dir: join(stateDir, 'secrets'), clock, passphraseFile });
}

/**
 * The plug-in `builtin`: the secret providers, the conditions, the ways to tell people, and the sensors of
 * throttling. `env` is the environment that secrets
 * are taken from and that programs are started with; the encrypted store is in `stateDir`.
 */
export function builtinIntegrations(env: Env, clock: Clock, stateDir: string): Plugin {
  return definePlugin({
    name: 'builtin',
    register(host) {
      const store = secretStoreIn(stateDir, env, clock).provider();
      const notice = (text: string): void => host.log.warn({}, text);
      host.addSecretProvider(envSecrets(env));
      host.addSecretProvider(fileSecrets());
      host.addSecretProvider(commandSecrets({ env }));
      host.addSecretProvider(credentialSecrets(env));
      host.addSecretProvider(keychainSecrets({ env, fallback: store, notice }));
      host.addSecretProvider(store);
      const machine = thisMachine({ clock, env });
      for (const kind of builtinConditions(machine)) host.addCondition(kind);
      for (const one of builtinSensors(machine)) host.addSensor(one);
      for (const kind of builtinNotifiers(env)) host.addNotifier(kind);
    },
  });
}
