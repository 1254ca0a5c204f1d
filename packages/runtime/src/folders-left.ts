import { mkdtempSync, writeFileSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isInSightOf } from '@umbracore/contracts';
import { removeFolder } from '@umbracore/coordinator-core';
import type { Clock, DurationMs, ProcessIdentity, ProcessTable } from '@umbracore/contracts';

const ownerName = 'owner.json';
/** As long as what killed calls left: an engine may work on where its coordinator is dead, and shows it there. */
const oldMs: DurationMs = 24 * 60 * 60_000;

/** What the names of folders begin with that one process has beside the usual scratch folder. */
export const besideScratch = (scratchDir: string) => ({
  scratch: `${scratchDir}-`,
  withoutState: join(dirname(scratchDir), 'umbra-without-state-'),
});

/** A new folder for one process, which goes with it, and says whose it is in case that is killed. */
export function ownedFolder(prefix: string, owner: ProcessIdentity): string {
  const folder = mkdtempSync(prefix);
  try {
    writeFileSync(join(folder, ownerName), JSON.stringify(owner), { mode: 0o600 });
  } catch {
    // On a full disk it is of use all the same. Nobody will remove it if its process does not.
  }
  return folder;
}

interface Ports {
  readonly processTable: Pick<ProcessTable, 'self' | 'isAlive'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Removes such folders of this user whose process was killed, a day after the last change in them. Whatever else is there, is a link,
 * or does not say whose it is, stays.
 */
export async function tidyOwnedFolders(ports: Ports, scratchDir: string): Promise<void> {
  const place = dirname(scratchDir);
  if (!(await isSafe(place).catch(() => false))) return;
  const prefixes = Object.values(besideScratch(scratchDir)).map((prefix) => basename(prefix));
  for (const name of await readdir(place)) {
    if (!prefixes.some((prefix) => name.startsWith(prefix) && /^[A-Za-z0-9]{6}$/.test(name.slice(prefix.length))))
      continue;
    const folder = join(place, name);
    // Another process may remove it at the same time, and what resists stays.
    if (await isLeft(ports, folder).catch(() => false)) await removeFolder(folder).catch(() => {});
  }
}

/** Others must not be able to put something else into the place of what was looked at. */
async function isSafe(place: string): Promise<boolean> {
  const { mode } = await lstat(place);
  return (mode & 0o022) === 0 || (mode & 0o1000) !== 0;
}

/** Rejects for what is not one of them, or goes meanwhile. */
async function isLeft({ processTable, clock }: Ports, folder: string): Promise<boolean> {
  const facts = await lstat(folder);
  if (!facts.isDirectory() || facts.uid !== process.getuid?.() || (facts.mode & 0o077) !== 0) return false;
  const owner = JSON.parse(await readFile(join(folder, ownerName), 'utf8')) as ProcessIdentity;
  if (!isInSightOf(processTable.self(), owner) || processTable.isAlive(owner)) return false;
  return !(await hasChangedSince(Buffer.from(folder), clock.now() - oldMs));
}

/**
 * Whether there is anything newer in it; what a link leads to is elsewhere. One after the other, for it may be as large as what a drill
 * restored: mostly the first thing is new, and what is all old is gone next time. Names are bytes: not all are UTF-8.
 */
async function hasChangedSince(path: Buffer, instant: number): Promise<boolean> {
  const facts = await lstat(path);
  // Not the time of change of content, which anybody can set.
  if (facts.ctimeMs > instant) return true;
  if (!facts.isDirectory()) return false;
  for (const name of await readdir(path, { encoding: 'buffer' }).catch(() => [])) {
    if (await hasChangedSince(Buffer.concat([path, Buffer.from('/'), name]), instant)) return true;
  }
  return false;
}
