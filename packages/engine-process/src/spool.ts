import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UmbraError, type EngineExit, type Instant, type ProcessIdentity } from '@umbracore/contracts';
import { errnoOf } from './errno.ts';

/** The files of a spool folder. */
export interface Spool {
  readonly folder: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Identity of the shim, written before it gets its work: without this file no engine was ever started here. */
  readonly shim: string;
  readonly engine: string;
  /** How the engine ended. It appears, whole, when nobody of its tree is left. */
  readonly exit: string;
  /** What will be that record. As long as the shim lives its time is new. */
  readonly beat: string;
}

export function spoolIn(path: string): Spool {
  const folder = resolve(path);
  return {
    folder,
    stdout: join(folder, 'stdout.log'),
    stderr: join(folder, 'stderr.log'),
    shim: join(folder, 'shim.json'),
    engine: join(folder, 'engine.json'),
    exit: join(folder, 'exit.json'),
    beat: join(folder, 'exit.json.new'),
  };
}

/** Makes the folder and takes it for one shim, for ever. Throws `internal` if another one had it, or the system's error. */
export function claimSpool(spool: Spool, shim: ProcessIdentity): void {
  mkdirSync(spool.folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(spool.shim, `${JSON.stringify(shim)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw new UmbraError('internal', `An engine was already started in ${spool.folder}`, {
      hint: 'Give every engine a spool folder of its own.',
      context: { spool: spool.folder },
      cause: error,
    });
  }
}

/** True if a shim was given work here, or was about to be. */
export function isClaimed(spool: Spool): boolean {
  return existsSync(spool.shim) || existsSync(spool.exit);
}

/** Gives a folder back in which no engine was started after all. */
export function releaseSpool(spool: Spool): void {
  for (const path of [spool.stdout, spool.stderr, spool.beat, spool.shim]) rmSync(path, { force: true });
}

/** When something of an engine or its shim was written last; undefined if nothing of them is left. */
export function signOfLifeIn({ shim, beat, stdout, stderr }: Spool): Instant | undefined {
  const times = [shim, beat, stdout, stderr].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs);
  const newest = Math.max(...times.map((time) => time ?? Number.NEGATIVE_INFINITY));
  return Number.isFinite(newest) ? newest : undefined;
}

export function readIdentity(path: string): ProcessIdentity | undefined {
  const record = readRecord(path);
  if (record === undefined) return undefined;
  const { pid, startTime, bootId, host, pids } = record;
  if (
    typeof pid !== 'number' ||
    typeof startTime !== 'string' ||
    typeof bootId !== 'string' ||
    typeof host !== 'string'
  )
    return undefined;
  const identity = { pid, startTime, bootId, host };
  return typeof pids === 'string' ? { ...identity, pids } : identity;
}

export function readExit(path: string): EngineExit | undefined {
  const record = readRecord(path);
  if (record === undefined) return undefined;
  const code = typeof record['code'] === 'number' ? record['code'] : undefined;
  const signal = typeof record['signal'] === 'string' ? record['signal'] : undefined;
  return { code, signal, lost: code === undefined && signal === undefined };
}

/** Undefined if the file is absent, or damaged by a power failure. */
function readRecord(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
