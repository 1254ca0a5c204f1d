import type { BackendRepository, Secret } from '@umbracore/contracts';

export interface ReadablePlace {
  readonly path: string;
  readonly password: Secret;
}

/** Where a repository can be read in process, or why it cannot. */
export type Place = ReadablePlace | { readonly path: undefined; readonly reason: string };

/** What restic takes for a kind of storage that is not a folder of this machine. */
const remote = /^(?:sftp|rest|s3|gs|azure|swift|b2|rclone):/;

const local = 'local:';

/** `UMBRA_NATIVE=off` and `native: false` leave all reading to restic. */
export function readablePath(
  { definition, password }: BackendRepository,
  env: Readonly<Record<string, string | undefined>>,
): Place {
  const { location, native } = definition;
  if (env['UMBRA_NATIVE'] === 'off') return not('UMBRA_NATIVE is off');
  if (native === false) return not('native reading is off for this repository');
  if (remote.test(location)) return not('the repository is not on this machine');
  if (password === undefined) return not('there is no password');
  const path = localFolder(location);
  return path === undefined ? not('its location is no absolute path') : { path, password };
}

/** The folder of a repository on this machine; undefined for one elsewhere. */
export function localFolder(location: string): string | undefined {
  if (remote.test(location)) return undefined;
  const path = location.startsWith(local) ? location.slice(local.length) : location;
  return path.startsWith('/') ? path : undefined;
}

const not = (reason: string): Place => ({ path: undefined, reason });
