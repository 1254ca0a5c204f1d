import { appendFile, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

/** Adds lines to the log of a run, and cuts its beginning off when it grows too long. */
export async function writeLog(spoolDir: string, run: RunId, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const file = logOfRun(spoolDir, run);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  const content = await readFile(file);
  if (content.length <= logLimitBytes) return;
  const cut = content.subarray(content.length - logLimitBytes);
  await writeFile(file, cut.subarray(cut.indexOf('\n') + 1), { mode: 0o600 });
}

/** Where a hook leaves its traces, beside those of the attempts. */
export const spoolOfHook = (spoolDir: string, run: RunId, number: number): string =>
  join(spoolOfRun(spoolDir, run), `hook-${number}`);

const isOfHook = (name: string): boolean => name.startsWith('hook-');

/** Puts the last words of a backup's engines into its log and removes the spool folder of any run. Nothing happens without one. */
export async function tidySpool(spoolDir: string, { id, plan }: Pick<RunRecord, 'id' | 'plan'>): Promise<void> {
  const folder = spoolOfRun(spoolDir, id);
  const attempts = await readdir(folder).catch(() => undefined);
  if (attempts === undefined) return;
  // Of other kinds, what counts was written down line by line; a command may print its secrets.
  const kept = plan.job.kind === 'backup' ? attempts.filter((name) => !isOfHook(name)).sort() : [];
  for (const attempt of kept) await writeLog(spoolDir, id, await lastWords(folder, attempt));
  await rm(folder, { recursive: true, force: true });
}

/**
 * Of standard output alone. What an engine says on standard error may hold secrets: it reaches the log line by line, masked
 * by the backend that knows them.
 */
async function lastWords(folder: string, attempt: string): Promise<readonly string[]> {
  const text = await tailOf(join(folder, attempt, 'stdout.log')).catch(() => '');
  return text === '' ? [] : [`--- end of the output of attempt ${attempt}`, ...text.split('\n').filter(Boolean)];
}

async function tailOf(file: string): Promise<string> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const start = Math.max(0, size - tailBytes);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(Math.min(size, tailBytes)), position: start });
  const text = buffer.subarray(0, bytesRead).toString('utf8');
  return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
}
