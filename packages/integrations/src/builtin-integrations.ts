import { definePlugin, type Clock, type Plugin } from '@umbracore/contracts';
import { commandSecrets } from './command-secrets.ts';
import { builtinConditions } from './conditions/builtin-conditions.ts';
import { thisMachine } from './conditions/machine.ts';
import { builtinNotifiers } from './notifiers/builtin-notifiers.ts';
import { envSecrets } from './env-secrets.ts';
import { fileSecrets } from './file-secrets.ts';

/**
 * The plug-in `builtin`: secrets by `env:`, `file:` and `command:`, the conditions, and the ways to tell people. `env` is the environment that secrets
 * are taken from and that programs are started with.
 */
export function builtinIntegrations(env: Readonly<Record<string, string | undefined>>, clock: Clock): Plugin {
  return definePlugin({
    name: 'builtin',
    register(host) {
      host.addSecretProvider(envSecrets(env));
      host.addSecretProvider(fileSecrets());
      host.addSecretProvider(commandSecrets({ env }));
      for (const kind of builtinConditions(thisMachine({ clock, env }))) host.addCondition(kind);
      for (const kind of builtinNotifiers(env)) host.addNotifier(kind);
    },
  });
}
