import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UmbraError, type ProcessIdentity, type ProcessTable } from '@umbracore/contracts';

/** Makes one process the only one that works on a restore, until disposed. Throws `job.already-running`. */
export function claim(folder: string, id: string, processTable: ProcessTable): Disposable {
  const file = join(folder, 'owner.json');
  const text = JSON.stringify(processTable.self());
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
      return { [Symbol.dispose]: () => unlinkSync(file) };
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST' || attempt > 3) throw error;
    }
    const owner = workerOn(folder, processTable);
    if (owner !== undefined) {
      throw new UmbraError('job.already-running', `the restore ${id} is being worked on by process ${owner.pid}`, {
        hint: 'Wait for it, or end that process; what is done by then stays known.',
      });
    }
    unlinkSync(file);
  }
}

/** The process that works on a restore; undefined if none does. */
export function workerOn(folder: string, processTable: ProcessTable): ProcessIdentity | undefined {
  const owner = ownerIn(join(folder, 'owner.json'));
  return owner !== undefined && processTable.isAlive(owner) ? owner : undefined;
}

/** Undefined if there is none, or it died while it wrote this. */
function ownerIn(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
