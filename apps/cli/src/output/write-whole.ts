import { randomBytes } from 'node:crypto';
import { constants, lstatSync } from 'node:fs';
import { access, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

export interface WriteWholeOptions {
  /** Otherwise a file that is there already stays, and is refused. */
  readonly replace?: boolean;
  /** What a refused caller can do about a file that is there. */
  readonly hint: string;
}

/**
 * Writes a file for its owner alone, whole or not at all. Throws `usage.invalid` if there is a file already and it may not be
 * replaced, or if it cannot be written.
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  { replace = false, hint }: WriteWholeOptions,
): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeDurably(draft, content);
    // A link, unlike a rename, fails if the name is taken.
    await (replace ? rename(draft, file) : link(draft, file));
  } catch (error) {
    throw refusal(file, error, hint);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(content);
  await handle.sync();
}

function refusal(file: string, error: unknown, hint: string): UmbraError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EEXIST'
    ? existsAlready(file, hint, error)
    : new UmbraError('usage.invalid', `${file} cannot be written: ${String(code ?? error)}`, {
        hint: 'Choose a file in a folder that is there and can be written.',
        cause: error,
      });
}

const existsAlready = (file: string, hint: string, cause?: unknown): UmbraError =>
  new UmbraError('usage.invalid', `${file} exists already`, { hint, cause });

/** Throws what `writeWhole` would: for who has much to do before there is anything to write. */
export async function demandWritable(file: string, { hint }: Pick<WriteWholeOptions, 'hint'>): Promise<void> {
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) throw existsAlready(file, hint);
  await access(dirname(file), constants.W_OK).catch((error: unknown) => {
    throw refusal(file, error, hint);
  });
}
