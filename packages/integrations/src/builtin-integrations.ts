import { definePlugin, type Clock, type Plugin } from '@umbracore/contracts';
import { commandSecrets } from './command-secrets.ts';
import { builtinConditions } from './conditions/builtin-conditions.ts';
import { thisMachine } from './conditions/machine.ts';
import { builtinNotifiers } from './notifiers/builtin-notifiers.ts';
import { envSecrets } from './env-secrets.ts';
import { fileSecrets } from './file-secrets.ts';
import { builtinSensors } from './sensors/builtin-sensors.ts';

/**
 * The plug-in `builtin`: secrets by `env:`, `file:` and `command:`, the conditions, the ways to tell people, and the sensors of
 * throttling. `env` is the environment that secrets
 * are taken from and that programs are started with.
 */
export function builtinIntegrations(env: Readonly<Record<string, string | undefined>>, clock: Clock): Plugin {
  return definePlugin({
    name: 'builtin',
    register(host) {
      host.addSecretProvider(envSecrets(env));
      host.addSecretProvider(fileSecrets());
      host.addSecretProvider(commandSecrets({ env }));
      const machine = thisMachine({ clock, env });
      for (const kind of builtinConditions(machine)) host.addCondition(kind);
      for (const one of builtinSensors(machine)) host.addSensor(one);
      for (const kind of builtinNotifiers(env)) host.addNotifier(kind);
    },
  });
}
