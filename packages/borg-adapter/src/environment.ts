import { join } from 'node:path';
import type { BackendHost } from '@umbracore/contracts';
import { hostId } from './host-id.ts';

/** The folder below which borg keeps what it knows of repositories. */
export const borgCache = (host: BackendHost): string => join(host.cacheDir, 'borg');

/**
 * The whole environment of the engine but for the password and the repository's own variables: nothing of what a person has set
 * for borg by hand comes in.
 */
export function engineEnv(host: BackendHost): Record<string, string> {
  const { HOME, PATH, TMPDIR } = host.env;
  const inherited = Object.entries({ HOME, PATH, TMPDIR }).filter((entry): entry is [string, string] => !!entry[1]);
  const base = borgCache(host);
  return {
    ...Object.fromEntries(inherited),
    BORG_BASE_DIR: base,
    BORG_CACHE_DIR: join(base, 'cache'),
    BORG_CONFIG_DIR: join(base, 'config'),
    BORG_KEYS_DIR: join(base, 'keys'),
    BORG_SECURITY_DIR: join(base, 'security'),
    BORG_HOST_ID: hostId(),
    // The place of a repository is what the configuration says, also after somebody has moved it and changed that.
    BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    // A repository that lost its encryption is not the one that was made with a password.
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'no',
    BORG_DISPLAY_PASSPHRASE: 'no',
    // 1.4 knows finer exit codes; those of 1.2 are what is read here.
    BORG_EXIT_CODES: 'legacy',
    // borg prints local times without a zone.
    TZ: 'UTC',
    // File names are bytes: only in a UTF-8 locale do all of them come through.
    LC_ALL: 'C.UTF-8',
  };
}
