import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunId, RunRecord } from '@umbracore/contracts';

/** No log of a run is longer. */
export const logLimitBytes = 1024 * 1024;
const linesKept = 2000;
const lineLength = 2000;
const tailBytes = 16 * 1024;

/** Where the engines of a run leave their traces while it is open. */
export const spoolOfRun = (spoolDir: string, run: RunId): string => join(spoolDir, run);

/** What stays of a run's output once it has ended. */
export const logOfRun = (spoolDir: string, run: RunId): string => join(dirname(spoolDir), 'logs', `${run}.log`);

/** Keeps the first and the last lines, and forgets the middle of a flood. */
export function notebook(): { add(line: string): void; take(): readonly string[] } {
  let head: string[] = [];
  let tail: string[] = [];
  let dropped = 0;
  return {
    add(line) {
      const kept = line.length > lineLength ? `${line.slice(0, lineLength)}…` : line;
      if (head.length < linesKept) return void head.push(kept);
      tail.push(kept);
      if (tail.length < 2 * linesKept) return;
      dropped += linesKept;
      tail = tail.slice(linesKept);
    },
    take() {
      const lines = [...head, ...(dropped > 0 ? [`… ${dropped} lines left out …`] : []), ...tail];
      [head, tail, dropped] = [[], [], 0];
      return lines;
    },
  };
}

/**
 * Adds lines to the log of a run, and cuts its beginning off when it grows too long. Like the journal beside it, it is written while
 * nothing else happens: a dozen small calls one after the other would take ten times as long through Node's threads, at the end of
 * every run.
 */
export function writeLog(spoolDir: string, run: RunId, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const path = logOfRun(spoolDir, run);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'a+', 0o600);
  try {
    writeFileSync(file, `${lines.join('\n')}\n`);
    if (fstatSync(file).size <= logLimitBytes) return;
  } finally {
    closeSync(file);
  }
  const content = readFileSync(path);
  const cut = content.subarray(content.length - logLimitBytes);
  writeFileSync(path, cut.subarray(cut.indexOf('\n') + 1), { mode: 0o600 });
}

/** Where a hook leaves its traces, beside those of the attempts. */
export const spoolOfHook = (spoolDir: string, run: RunId, number: number): string =>
  join(spoolOfRun(spoolDir, run), `hook-${number}`);

const isOfHook = (name: string): boolean => name.startsWith('hook-');

/** Puts the last words of a backup's engines into its log and removes the spool folder of any run. Nothing happens without one. */
export function tidySpool(spoolDir: string, { id, plan }: Pick<RunRecord, 'id' | 'plan'>): void {
  const folder = spoolOfRun(spoolDir, id);
  const attempts = listed(folder);
  if (attempts === undefined) return;
  // Of other kinds, what counts was written down line by line; a command may print its secrets.
  const kept = plan.job.kind === 'backup' ? attempts.filter((name) => !isOfHook(name)).sort() : [];
  writeLog(
    spoolDir,
    id,
    kept.flatMap((attempt) => lastWords(folder, attempt)),
  );
  rmSync(folder, { recursive: true, force: true });
}

function listed(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

/**
 * Of standard output alone. What an engine says on standard error may hold secrets: it reaches the log line by line, masked
 * by the backend that knows them.
 */
function lastWords(folder: string, attempt: string): readonly string[] {
  const text = tailOf(join(folder, attempt, 'stdout.log'));
  return text === '' ? [] : [`--- end of the output of attempt ${attempt}`, ...text.split('\n').filter(Boolean)];
}

/** Empty if it cannot be read. */
function tailOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const start = Math.max(0, size - tailBytes);
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    const text = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start)).toString('utf8');
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
