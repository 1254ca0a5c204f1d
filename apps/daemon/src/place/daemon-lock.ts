import { closeSync, existsSync, mkdirSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isUmbraError, reasonOf, UmbraError } from '@umbracore/contracts';
import { claimFolder } from '@umbracore/runtime';
import { takesNoLock } from './takes-no-lock.ts';
import { standInFor, type StandIn } from './stand-in.ts';
import { writeAtomically } from './write-atomically.ts';

/** So long is waited for one that is about to end, such as the daemon before a restart. */
const patienceMs = 500;

const sqliteBusy = 5;

/**
 * The lock of a state folder; where nothing can be written or locked there, that of a folder that stands for it: a state that
 * takes nothing must not stop backups. Everything else that keeps it from being taken may keep nobody else from it, so it
 * is refused. Throws `daemon.running`, `daemon.refused`.
 */
export function lockOfState({ stateDir, scratchDir }: StandIn): Disposable {
  try {
    return takeDaemonLock(stateDir);
  } catch (error) {
    if (isUmbraError(error)) throw error;
    if (!takesNoLock(error)) throw notTaken(stateDir, error);
    const problem = claimFolder(scratchDir);
    if (problem !== undefined) throw foreign(stateDir, problem);
    return takeDaemonLock(standInFor(stateDir, scratchDir));
  }
}

const notTaken = (stateDir: string, error: unknown): UmbraError =>
  new UmbraError('daemon.refused', `the lock of ${stateDir} could not be taken: ${reasonOf(error)}`, {
    hint: `Look at ${join(stateDir, 'daemon.lock')} and the disk that it is on, then start again.`,
    cause: error,
  });

const foreign = (stateDir: string, problem: string): UmbraError =>
  new UmbraError('daemon.refused', `${stateDir} takes no lock, and what would stand for it is not safe: ${problem}`, {
    hint: 'Remove it, or set TMPDIR to a folder of your own.',
  });

/**
 * Makes sure that one daemon works on a folder. The kernel holds the lock, through SQLite, so that it ends with the process
 * however that ends, and no file that was left behind can be taken for a living daemon. Throws `daemon.running`.
 */
export function takeDaemonLock(folder: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'daemon.pid');
  const file = join(folder, 'daemon.lock');
  makeFile(file);
  const lock = new DatabaseSync(file, { timeout: patienceMs });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    notePid(pidFile);
  } catch (error) {
    lock.close();
    throw isBusy(error) ? alreadyRunning(folder, readPid(pidFile)) : error;
  }
  return {
    [Symbol.dispose]() {
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}

/** Only who is refused reads it. An old one would tell the wrong process. */
function notePid(file: string): void {
  try {
    writeAtomically(file, `${process.pid}\n`);
  } catch {
    // Not rmSync: of a disk that is read-only Node 24 tells an error there that has no code.
    if (existsSync(file)) unlinkSync(file);
  }
}

/** Never opens one that is there: closing it again would end the locks that this process has on it. */
function makeFile(file: string): void {
  if (existsSync(file)) return;
  closeSync(openSync(file, 'a', 0o600));
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function alreadyRunning(folder: string, pid: number | undefined): UmbraError {
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new UmbraError('daemon.running', `a daemon works on ${folder} already: ${who}`, {
    hint: 'See how it is with `umbra daemon status`, or end it with `umbra daemon stop`.',
    context: { pid, folder },
  });
}
