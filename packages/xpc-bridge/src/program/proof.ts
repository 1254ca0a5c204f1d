import { randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Who is at the other end of a connection, as the system says. */
export interface Peer {
  readonly uid: number;
  readonly gid: number;
}

/** What somebody who connected has to write where, so that the system shows whose file it becomes. */
export interface Challenge {
  readonly nonce: string;
  readonly file: string;
}

/**
 * Finds out who connected by a file that they make: the kernel writes its owner down, in a user namespace too. What is in it was
 * told to this connection only, so that nobody can show a file of somebody else. Node cannot ask a socket for the user at its
 * other end; see decision 28.
 */
export class ProofFolder {
  readonly #path: string;

  /** `path` may be written but not listed by others, and is sticky. What earlier processes left there is removed. */
  constructor(path: string) {
    this.#path = path;
    for (const name of readdirSync(path)) rmSync(join(path, name), { force: true });
  }

  challenge(): Challenge {
    return { nonce: randomBytes(32).toString('hex'), file: join(this.#path, randomBytes(16).toString('hex')) };
  }

  /** The owner of the file, if it holds what was asked for; undefined otherwise. */
  answered({ nonce, file }: Challenge): Peer | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const { uid, gid, nlink, size, ...facts } = fstatSync(descriptor);
      const content = Buffer.alloc(nonce.length);
      if (!(facts.mode & constants.S_IFREG) || nlink !== 1 || size !== content.length) return undefined;
      const read = readSync(descriptor, content, 0, content.length, 0);
      return read === content.length && timingSafeEqual(content, Buffer.from(nonce)) ? { uid, gid } : undefined;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  forget({ file }: Challenge): void {
    try {
      rmSync(file, { force: true });
    } catch {
      // A folder in its place, made by somebody to whom it does no good.
    }
  }
}
