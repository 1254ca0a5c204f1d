import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { silentLog, type Log } from '@umbracore/contracts';

/** A log larger than this is renamed to `….1` when it is opened; one such generation is kept. */
const rotateAtBytes = 8 * 1024 * 1024;

export interface OperatorLogOptions {
  readonly dir: string;
  /** A pino level; `silent` writes nothing. */
  readonly level: string;
}

/**
 * JSON lines in `umbra.log`. The file is opened at the first line that is written. If it cannot be written the program
 * goes on without it: a log never stops a backup.
 */
export function operatorLog({ dir, level }: OperatorLogOptions): Log {
  let opened: Log | undefined;
  const log = (): Log => (opened ??= openLog(dir, level));
  return level === 'silent' ? silentLog : lazyLog(log, {});
}

function lazyLog(log: () => Log, fields: Readonly<Record<string, unknown>>): Log {
  return {
    debug: (more, message) => log().debug({ ...fields, ...more }, message),
    info: (more, message) => log().info({ ...fields, ...more }, message),
    warn: (more, message) => log().warn({ ...fields, ...more }, message),
    error: (more, message) => log().error({ ...fields, ...more }, message),
    child: (more) => lazyLog(log, { ...fields, ...more }),
  };
}

function openLog(dir: string, level: string): Log {
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
