import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enginePriorities, type RunId, type ThrottleWish, type ThrottleWords } from '@umbracore/contracts';
import { spoolOfRun } from '../run-log.ts';

/**
 * What somebody wants for a run that is under way. In a file, so that whichever process carries the run out finds it, also the one
 * that adopts it after a crash. It goes with the spool folder of the run.
 */
const fileOf = (spoolDir: string, run: RunId): string => join(spoolOfRun(spoolDir, run), '.throttle.json');

export function writeWish(spoolDir: string, run: RunId, wish: ThrottleWish): void {
  const file = fileOf(spoolDir, run);
  if (wish === null) return rmSync(file, { force: true });
  mkdirSync(spoolOfRun(spoolDir, run), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(wish), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Null if nobody wants anything, or if it cannot be read. */
export function readWish(spoolDir: string, run: RunId): ThrottleWish {
  try {
    return wordsIn(JSON.parse(readFileSync(fileOf(spoolDir, run), 'utf8')));
  } catch {
    return null;
  }
}

const isShare = (value: unknown): boolean => typeof value === 'number' && value > 0 && value <= 1;
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) > 0;
const isPriority = (value: unknown): boolean => (enginePriorities as readonly unknown[]).includes(value);

const checks: Readonly<Record<keyof ThrottleWords, (value: unknown) => boolean>> = {
  cpuShare: isShare,
  priority: isPriority,
  ioPriority: isPriority,
  uploadBytesPerSecond: isCount,
  downloadBytesPerSecond: isCount,
  readConcurrency: isCount,
  paused: (value) => typeof value === 'boolean',
};

/** What of it makes sense. */
function wordsIn(value: unknown): ThrottleWords {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  const good = entries.filter(
    ([key, word]) => key in checks && (word === null || checks[key as keyof ThrottleWords](word)),
  );
  return Object.fromEntries(good) as ThrottleWords;
}
