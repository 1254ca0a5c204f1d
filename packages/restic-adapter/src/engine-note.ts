import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupTotals, Log } from '@umbracore/contracts';
import { featuresOf, type Features } from './features.ts';

/** What somebody who reads the output of an engine later has to know of it. */
export interface EngineNote {
  readonly features: Features;
  /** What its progress is measured by, if it does not count itself. */
  readonly expected?: BackupTotals | undefined;
}

/** Beside the output of an engine: the one that wrote it may be upgraded, or gone, when a later process reads it. */
const noteIn = (spool: string): string => join(spool, 'engine-version');

/** A note that cannot be written costs nothing as long as the same restic stays where it is. */
export function writeNote(spool: string, { features, expected }: EngineNote, log: Log): void {
  const lines = [features.version, ...(expected === undefined ? [] : [`${expected.files} ${expected.bytes}`])];
  try {
    mkdirSync(spool, { recursive: true, mode: 0o700 });
    writeFileSync(noteIn(spool), `${lines.join('\n')}\n`, { mode: 0o600 });
  } catch (error) {
    log.debug({ spool, error: String(error) }, 'the version of restic could not be noted');
  }
}

/** Undefined if there is no note, or a power failure has damaged it. */
export async function readNote(spool: string): Promise<EngineNote | undefined> {
  try {
    const [version = '', totals] = (await readFile(noteIn(spool), 'utf8')).trim().split('\n');
    return { features: featuresOf(version), expected: totalsIn(totals) };
  } catch {
    return undefined;
  }
}

function totalsIn(line: string | undefined): BackupTotals | undefined {
  const [, files, bytes] = /^(\d+) (\d+)$/.exec(line ?? '') ?? [];
  return files === undefined || bytes === undefined ? undefined : { files: Number(files), bytes: Number(bytes) };
}
