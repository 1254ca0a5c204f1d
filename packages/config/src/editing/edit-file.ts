import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isUmbraError, UmbraError } from '@umbracore/contracts';

/**
 * Replaces a file's text by what `edit` makes of it: wholly or not at all, with the mode and the owner that it had.
 * Throws `config.changed-meanwhile` if somebody else wrote the file while `edit` was at work, `config.unreadable` if it
 * cannot be read or written, and what `edit` throws. Gives the new text.
 */
export async function editConfigurationFile(
  file: string,
  edit: (text: string) => string | Promise<string>,
): Promise<string> {
  if (!['.yaml', '.yml', '.json'].includes(extname(file))) {
    throw new UmbraError('config.invalid-value', `${file} is not YAML or JSON, so the program does not edit it`, {
      hint: 'edit it by hand',
      context: { file },
    });
  }
  try {
    // Behind a link, the file itself: renaming over the link would leave the original as it was.
    const target = await realpath(file);
    const before = await readFile(target);
    // The byte order mark stays in the text: it is the user's.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(before);
    const edited = await edit(text);
    if (edited !== text) await replace(target, before, edited);
    return edited;
  } catch (error) {
    if (!(error instanceof Error) || isUmbraError(error) || !('code' in error)) throw error;
    throw new UmbraError('config.unreadable', `${file} cannot be edited: ${error.message}`, {
      hint: 'look at the permissions of the file and of its folder',
      context: { file },
      cause: error,
    });
  }
}

async function replace(file: string, before: Buffer, text: string): Promise<void> {
  const facts = await stat(file);
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      if (process.getuid?.() === 0) await handle.chown(facts.uid, facts.gid);
      // After chown, which clears bits of the mode; and free of the umask, unlike the mode given to open.
      await handle.chmod(facts.mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!before.equals(await readFile(file))) {
      throw new UmbraError('config.changed-meanwhile', `${file} was changed by somebody else meanwhile`, {
        hint: 'try again',
        context: { file },
      });
    }
    await rename(draft, file);
    await syncFolder(dirname(file));
  } finally {
    await rm(draft, { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; there the rename is as durable as it gets.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
