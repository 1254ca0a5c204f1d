import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type Clock, UmbraError } from '@umbracore/contracts';
import { systemCode } from '../secret-text.ts';

const lookEveryMs = 50;
const patienceMs = 20_000;

/** Does one thing at a time, across processes. A lock whose process is gone is taken over. */
export async function withLock<T>(file: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, String(process.pid), { flag: 'wx', mode: 0o600 });
  try {
    const end = clock.monotonicMs() + patienceMs;
    while (!(await take(draft, file))) {
      if (clock.monotonicMs() > end)
        throw new UmbraError('state.busy', `another process changes the secrets (${file})`, { hint: 'Try again.' });
      await clock.sleep(lookEveryMs);
    }
  } finally {
    await rm(draft, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** By a link, so that a lock has its owner in it from its first moment. */
async function take(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    await removeOrphan(file, `${draft}.aside`);
    return false;
  }
}

/** Moved aside first, so that of two waiters only one removes it, and neither the new lock of the other. */
async function removeOrphan(file: string, aside: string): Promise<void> {
  const owner = await readFile(file, 'utf8').catch(() => '');
  if (owner === '' || isAlive(Number(owner))) return;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== owner) await rename(aside, file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
