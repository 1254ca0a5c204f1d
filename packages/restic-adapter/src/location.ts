/** Where a repository is, as far as the adapter must tell places apart. */
export type Location =
  | { readonly kind: 'local'; readonly address: string; readonly path: string }
  | { readonly kind: 'remote'; readonly address: string; readonly scheme: string };

/** Everything before a colon that restic takes for a kind of storage; anything else is a local path. */
const remoteSchemes = new Set(['sftp', 'rest', 's3', 'gs', 'azure', 'swift', 'b2', 'rclone']);

export function parseLocation(address: string): Location {
  const scheme = /^([a-z0-9]+):/.exec(address)?.[1];
  if (scheme !== undefined && remoteSchemes.has(scheme)) return { kind: 'remote', address, scheme };
  return { kind: 'local', address, path: scheme === 'local' ? address.slice('local:'.length) : address };
}

/** `user:password@` in a URL. A user alone is no secret, and `sftp:user@host:/path` never holds one. */
export const holdsCredentials = (address: string): boolean => /:\/\/[^/@]*:[^/]*@/.test(address);
