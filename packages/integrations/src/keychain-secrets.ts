import { isUmbraError, type SecretProvider, type UmbraError } from '@umbracore/contracts';
import { commandSecrets } from './command-secrets.ts';
import { unavailable } from './secret-text.ts';

export interface KeychainOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked for the same name where no keychain answers, such as in a session without a desktop. */
  readonly fallback: SecretProvider;
  /** Told once when that one answers instead. */
  readonly notice: (text: string) => void;
  readonly platform?: NodeJS.Platform | undefined;
}

/**
 * Finds `keychain:SERVICE/ACCOUNT` in the keychain of the session: by `secret-tool` of libsecret, on macOS by `security`. Where
 * none answers, the encrypted store of this machine is asked for the same name, with a notice.
 */
export function keychainSecrets(options: KeychainOptions): SecretProvider {
  const { env, fallback, notice, platform = process.platform } = options;
  const programs = commandSecrets({ env, deadlineMs: 20_000 });
  let isTold = false;
  /** Targets that were found in the store when they were last asked for. */
  const inStore = new Set<string>();
  return {
    scheme: 'keychain',
    async resolve({ target }, signal) {
      const [service = '', account = '', ...more] = typeof target === 'string' ? target.split('/') : [];
      const reference = `keychain:${service}/${account}`;
      if (service === '' || account === '' || more.length > 0)
        throw unavailable(
          `keychain:${String(target)}`,
          'it needs a service and an account',
          'Write keychain:umbra/NAME.',
        );
      try {
        const command = { scheme: 'command', target: lookup(platform, service, account) };
        const found = await programs.resolve(command, signal);
        inStore.delete(`${service}/${account}`);
        return found;
      } catch (thrown) {
        if (isUmbraError(thrown) && thrown.code === 'run.cancelled') throw thrown;
        const found = await fallback
          .resolve({ scheme: 'store', target: `${service}/${account}` }, signal)
          .catch(() => undefined);
        if (found === undefined) throw notThere(reference, thrown, platform);
        if (!isTold) notice(`No keychain answers for ${reference}: the encrypted store of this machine does instead.`);
        isTold = true;
        inStore.add(`${service}/${account}`);
        return found;
      }
    },
    noteOn: ({ target }) =>
      typeof target === 'string' && inStore.has(target)
        ? `no keychain answers for it, and store:${target} does instead`
        : undefined,
  };
}

const lookup = (platform: NodeJS.Platform, service: string, account: string): readonly string[] =>
  platform === 'darwin'
    ? ['security', 'find-generic-password', '-s', service, '-a', account, '-w']
    : ['secret-tool', 'lookup', 'service', service, 'account', account];

function notThere(reference: string, thrown: unknown, platform: NodeJS.Platform): UmbraError {
  const name = reference.slice('keychain:'.length);
  const [service = '', account = ''] = name.split('/');
  const store =
    platform === 'darwin'
      ? `security add-generic-password -s ${service} -a ${account} -w`
      : `secret-tool store --label=${name} service ${service} account ${account}`;
  const why = thrown instanceof Error ? thrown.message.replace(/^command:[^:]*: /, '') : String(thrown);
  return unavailable(
    reference,
    `the keychain does not have it or does not answer (${why})`,
    `Run \`${store}\` in a session with a keychain, or \`umbra secret set ${name}\` without one.`,
  );
}
