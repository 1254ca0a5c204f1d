import type { SecretProvider } from '@umbracore/contracts';
import { toSecret, unavailable } from './secret-text.ts';

/** Finds `env:NAME` in the given environment. */
export function envSecrets(env: Readonly<Record<string, string | undefined>>): SecretProvider {
  return {
    scheme: 'env',
    async resolve({ target }) {
      if (typeof target !== 'string') throw unavailable('env:', 'it needs one name', 'Write env:NAME.');
      const reference = `env:${target}`;
      const hint = `Set ${target} where umbra is started, also for scheduled starts.`;
      const value = env[target];
      if (value === undefined) throw unavailable(reference, 'the variable is not set', hint);
      return toSecret(value, reference, hint);
    },
  };
}
