import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSecret, Secret } from '@umbracore/contracts';
import { errorCode, isAbsent } from '../problems.ts';

/** Where the secret of a repository's machine key is: a password file of restic's, for `--password-file`. */
export const secretFile = (secretDir: string, repository: string): string =>
  join(secretDir, `${repository}.machine-key`);

/** A secret that is not used. */
export class Unusable {
  /** The rest of a sentence that begins with its path. */
  readonly why: string;
  /** It may be known to others all the same, so that its key can be removed. */
  readonly secret: Secret | undefined;

  constructor(why: string, secret?: Secret) {
    this.why = why;
    this.secret = secret;
  }
}

const secretForm = /^[\w-]{43}\n?$/;

/** The secret; undefined if there is none. One that others may read is no secret any more. */
export async function readSecret(path: string): Promise<Secret | Unusable | undefined> {
  try {
    // Everything is asked of the descriptor: the file behind the path may be another one a moment later.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const { uid, mode, size } = await file.stat();
    const text = size > 64 ? '' : await file.readFile('utf8');
    if (!secretForm.test(text)) return new Unusable('holds no secret of a machine key');
    const secret = new Secret(text.trimEnd());
    const us = process.geteuid?.();
    if (us !== undefined && uid !== us && uid !== 0) return new Unusable(`belongs to user ${uid}`, secret);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return new Unusable('may be read by others', secret);
    return secret;
  } catch (error) {
    return isAbsent(error) ? undefined : new Unusable(`cannot be read (${errorCode(error) ?? String(error)})`);
  }
}

/** Makes a secret of 256 random bits in a new file of mode 0600, whole or not at all; gives that of another process if that was sooner. */
export async function makeSecret(path: string): Promise<Secret> {
  const secret = randomBytes(32).toString('base64url');
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeDurably(draft, `${secret}\n`);
    // A link, unlike a rename, fails if the name is taken.
    await link(draft, path);
    await using folder = await open(dirname(path), 'r');
    await folder.sync();
    return new Secret(secret);
  } catch (error) {
    const made = errorCode(error) === 'EEXIST' ? await readSecret(path) : undefined;
    if (isSecret(made)) return made;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
}
