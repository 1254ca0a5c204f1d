import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent } from '../problems.ts';
import { readWholeFile } from './read-whole-file.ts';

const sumBytes = 32;

/** What was written under a name of a form; undefined if there is nothing, or not what was written. */
export async function readRemembered(file: string, form: Buffer): Promise<Buffer | undefined> {
  try {
    const bytes = await readWholeFile(file);
    const sum = bytes.subarray(form.length, form.length + sumBytes);
    const body = bytes.subarray(form.length + sumBytes);
    const isOurs = bytes.subarray(0, form.length).equals(form);
    return isOurs && createHash('sha256').update(body).digest().equals(sum) ? body : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Whole or not at all, whatever happens meanwhile. `isQuick` does not wait until it is on the disk: after a power failure nothing may
 * be there, or what has not the right sum.
 */
export async function writeRemembered(
  file: string,
  form: Buffer,
  body: Buffer,
  { isQuick = false }: { readonly isQuick?: boolean } = {},
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(aside, 'wx', 0o600);
    try {
      await handle.writeFile(Buffer.concat([form, createHash('sha256').update(body).digest(), body]));
      if (!isQuick) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
