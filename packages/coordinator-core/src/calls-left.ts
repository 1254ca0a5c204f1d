import { isCallFolder, type Clock, type DurationMs, type EngineProcesses } from '@umbracore/contracts';
import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from './drill/sandbox.ts';

const spoolName = 'spool';

/** So long after the last sign of it nobody reads any more what an engine wrote, nor is about to start one. */
const oldMs: DurationMs = 24 * 60 * 60_000;

interface Ports {
  readonly engineProcesses: Pick<EngineProcesses, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly scratchDir: string;
}

/**
 * Removes the folders of calls whose process was killed. Each is that of one engine, which ends when whoever called it does; a folder stays
 * while its engine works, and for a day in any case. Whatever holds something else than a spool belongs to somebody else.
 */
export async function tidyCalls(ports: Ports): Promise<void> {
  const { scratchDir } = ports;
  for (const name of await readdir(scratchDir).catch(() => [])) {
    if (!isCallFolder(name)) continue;
    const folder = join(scratchDir, name);
    if (await isLeft(ports, folder).catch(() => false)) await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what a killed `umbra init` restored by way of proof, a day after the last sign of it. */
export async function tidyProofs({ scratchDir, clock }: Pick<Ports, 'scratchDir' | 'clock'>): Promise<void> {
  for (const name of await readdir(scratchDir).catch(() => [])) {
    if (!/^proof-[A-Za-z0-9]{6}$/.test(name)) continue;
    const folder = join(scratchDir, name);
    const facts = await lstat(folder).catch(() => undefined);
    // It takes minutes at most, and begins with what is right below.
    if (facts?.isDirectory() === true && clock.now() - facts.ctimeMs >= oldMs) await removeFolder(folder);
  }
}

/** Rejects for a folder that goes meanwhile. */
async function isLeft({ engineProcesses, clock }: Ports, folder: string): Promise<boolean> {
  const names = await readdir(folder);
  if (names.some((name) => name !== spoolName)) return false;
  const spool = join(folder, spoolName);
  const parts = names.length === 0 ? [] : [spool, ...(await readdir(spool)).map((name) => join(spool, name))];
  // Not the time of change of content, which anybody can set.
  const changes = await Promise.all([folder, ...parts].map(async (path) => (await stat(path)).ctimeMs));
  if (clock.now() - Math.max(...changes) < oldMs) return false;
  return (await engineProcesses.find(spool))?.isAtWork() !== true;
}
