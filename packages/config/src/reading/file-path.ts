import { isAbsolute, resolve } from 'node:path';

/** What a path in a configuration may be relative to. */
export interface Folders {
  /** The folder of the file that the path is written in. */
  readonly base: string;
  /** What a leading `~` stands for. */
  readonly home: string;
}

/** An absolute path: `~` and `~/…` from the home folder, anything else relative from the file's folder. */
export function absolutePath(text: string, { base, home }: Folders): string {
  if (text === '~') return home;
  if (text.startsWith('~/')) return resolve(home, text.slice(2));
  return isAbsolute(text) ? resolve(text) : resolve(base, text);
}

/** A repository's address, absolute if it is a local path; `sftp:…`, `s3:…` and the like stay as they are. */
export function absoluteLocation(text: string, folders: Folders): string {
  // One letter before the colon is a Windows drive, not a scheme.
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(text) ? text : absolutePath(text, folders);
}
