import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { UmbraError } from '@umbracore/contracts';

/**
 * Writes a page for its owner alone, whole or not at all. Throws `usage.invalid` if there is a file already and it may not be
 * replaced, or if it cannot be written.
 */
export async function writePage(file: string, text: string, replace: boolean): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeDurably(draft, text);
    // A link, unlike a rename, fails if the name is taken.
    await (replace ? rename(draft, file) : link(draft, file));
  } catch (error) {
    throw refusal(file, error);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.sync();
}

function refusal(file: string, error: unknown): UmbraError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EEXIST'
    ? new UmbraError('usage.invalid', `${file} exists already`, {
        hint: 'Choose another file, or replace it with --force.',
        cause: error,
      })
    : new UmbraError('usage.invalid', `${file} cannot be written: ${String(code ?? error)}`, {
        hint: 'Choose a file in a folder that is there and can be written.',
        cause: error,
      });
}
