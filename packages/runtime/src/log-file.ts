import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { silentLog, type Log } from '@umbracore/contracts';
import type { OperatorLogOptions } from './operator-log.ts';

/** A log larger than this is renamed to `….1` when it is opened; one such generation is kept. */
const rotateAtBytes = 8 * 1024 * 1024;

/** Opens `umbra.log` for appending; a log that forgets if that is not possible. */
export function openLogFile({ dir, level }: OperatorLogOptions): Log {
  const file = join(dir, 'umbra.log');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (sizeOf(file) > rotateAtBytes) renameSync(file, `${file}.1`);
    const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
    destination.on('error', () => {});
    return pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  } catch {
    return silentLog;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
