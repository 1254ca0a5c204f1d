import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As restic prints ids: 0.14 shows the first eight characters of a key's. */
const hintForm = /^[0-9a-f]{8,64}$/;

/** One small file for each location in the cache folder. Not its name: a location may hold a password. */
const fileOf = (cacheDir: string, location: string): string =>
  join(cacheDir, `restic-key-hint-${createHash('sha256').update(location).digest('hex').slice(0, 32)}`);

/** Which key opened the repository the last time; undefined if that is not known. */
export async function rememberedHint(cacheDir: string, location: string): Promise<string | undefined> {
  try {
    const id = (await readFile(fileOf(cacheDir, location), 'utf8')).trim();
    return hintForm.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written costs half a second for each other key, and nothing else. */
export async function rememberHint(cacheDir: string, location: string, keyId: string): Promise<void> {
  const file = fileOf(cacheDir, location);
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(cacheDir, { recursive: true, mode: 0o700 });
    await writeFile(draft, `${keyId}\n`, { mode: 0o600 });
    await rename(draft, file);
  } catch {
    return;
  }
}
