import { sep } from 'node:path';

/** `~/Documents` instead of `/home/me/Documents`, for people. */
export const shortPath = ({ home }: { readonly home: string }, path: string): string =>
  path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
