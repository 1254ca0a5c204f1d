import * as z from 'zod';
import { isUmbraError, type LockRecord, type Operation } from '@umbracore/contracts';
import { readDocument, readOutput } from '../decode/document.ts';
import { lockNames } from '../local-repository.ts';
import type { Restic } from '../restic.ts';

const lockDocument = z.looseObject({
  time: z.string(),
  exclusive: z.boolean().default(false),
  hostname: z.string().default(''),
  username: z.string().default(''),
  pid: z.number().default(0),
});

const deadlineMs = 60_000;

/** Reads every lock, one process each. One that is gone by the time it is read is left out. */
export async function locks(restic: Restic, operation: Operation): Promise<readonly LockRecord[]> {
  const records: LockRecord[] = [];
  for (const id of await lockIds(restic, operation)) {
    const record = await readLock(restic, id, operation);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** A local repository without locks costs no process. */
async function lockIds(restic: Restic, operation: Operation): Promise<readonly string[]> {
  const { location } = restic;
  const local = location.kind === 'local' ? await lockNames(location.path).catch(() => undefined) : undefined;
  if (local !== undefined) return local;
  const { text } = await readOutput(restic, { name: 'list', operands: ['locks'] }, operation, { deadlineMs });
  return text.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
}

async function readLock(restic: Restic, id: string, operation: Operation): Promise<LockRecord | undefined> {
  try {
    const call = { name: 'cat', operands: ['lock', id] };
    const lock = await readDocument(restic, lockDocument, call, operation, { deadlineMs });
    const { time, exclusive, hostname, username, pid } = lock;
    return { id, createdAt: Date.parse(time), exclusive, host: hostname, user: username, pid };
  } catch (error) {
    if (!(await lockIds(restic, operation)).includes(id)) return undefined;
    // A lock of 0 bytes, left by a full disk, blocks nobody: restic itself passes over it.
    if (isUmbraError(error) && error.code === 'engine.failed') {
      restic.host.log.warn({ repository: restic.name, lock: id, error: error.message }, 'a lock cannot be read');
      return undefined;
    }
    throw error;
  }
}
