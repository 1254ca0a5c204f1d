import { definePlugin, type Plugin } from '@umbracore/contracts';
import { commandSecrets } from './command-secrets.ts';
import { envSecrets } from './env-secrets.ts';
import { fileSecrets } from './file-secrets.ts';

/** The plug-in `builtin`: secrets by `env:`, `file:` and `command:`. `env` is the environment that the first and last use. */
export function builtinIntegrations(env: Readonly<Record<string, string | undefined>>): Plugin {
  return definePlugin({
    name: 'builtin',
    register(host) {
      host.addSecretProvider(envSecrets(env));
      host.addSecretProvider(fileSecrets());
      host.addSecretProvider(commandSecrets({ env }));
    },
  });
}
