import type { Secret } from '@umbracore/contracts';
import { link, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileSecrets } from './file-secrets.ts';
import { writeSecretFile } from './secret-file.ts';

/**
 * The file of a secret that is to be replaced by another one, in steps each of which is durable when it resolves: `FILE.new` has
 * the next secret, then `FILE` has it and `FILE.old` the one before, then only `FILE` is left. After a crash it can be told where
 * it stood.
 */
export class SecretReplacement {
  /** Where the secret is: behind a link, its target. */
  readonly file: string;

  private constructor(file: string) {
    this.file = file;
  }

  static async of(path: string): Promise<SecretReplacement> {
    // What is not there is told of by whoever reads it.
    return new SecretReplacement(await realpath(path).catch(() => path));
  }

  /** The next secret, if one was laid there; undefined after `exchange`. */
  next(): Promise<Secret | undefined> {
    return read(`${this.file}.new`);
  }

  /** The secret before, if it was not dropped yet. */
  former(): Promise<Secret | undefined> {
    return read(`${this.file}.old`);
  }

  prepare(next: Secret): Promise<void> {
    return writeSecretFile(`${this.file}.new`, next);
  }

  /** There is a secret in the file at every moment. */
  async exchange(): Promise<void> {
    await rm(`${this.file}.old`, { force: true });
    await link(this.file, `${this.file}.old`);
    await rename(`${this.file}.new`, this.file);
    await this.#sync();
  }

  async dropNext(): Promise<void> {
    await rm(`${this.file}.new`, { force: true });
  }

  async dropFormer(): Promise<void> {
    await rm(`${this.file}.old`, { force: true });
    await this.#sync();
  }

  async #sync(): Promise<void> {
    await using folder = await open(dirname(this.file), 'r');
    await folder.sync();
  }
}

const files = fileSecrets();

async function read(path: string): Promise<Secret | undefined> {
  try {
    return await files.resolve({ scheme: 'file', target: path });
  } catch (error) {
    if (error instanceof Error && error.message.endsWith('there is no such file')) return undefined;
    throw error;
  }
}
