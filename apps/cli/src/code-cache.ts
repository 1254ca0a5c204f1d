import { hash } from 'node:crypto';
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';

/** A kept file is a SHA-256 of what follows it, of how many processes it was learned, the mark of the source, and code. */
const sumBytes = 32;
const markBytes = 44;
const headBytes = sumBytes + 1 + markBytes;

/** So many that came to a good end show which functions are needed: the first backup of a job does more than the next. */
const enough = 5;

/** All went well, or with warnings. Who failed has not called all that is needed. */
const goodEnds: readonly unknown[] = [0, 3];

interface Kept {
  readonly learned: number;
  readonly code: Buffer;
}

/** A program, and what becomes of its code. */
export interface Loaded {
  readonly exports: unknown;
  /** Nothing is learned of this process: it was for another program. */
  forget(): void;
}

/**
 * Loads a program. Its functions are kept, if there is where, as they were compiled when they were called first, which takes as long
 * as to load the program: Node's own cache is made before anything has run, and has next to none of them.
 *
 * The file is an expression in ASCII, `(function (exports, require, module, __fileUrl) {…})`, that ends with a mark: a comment of
 * 44 characters that is another one for another content. What is kept is code: nobody else may be able to write where it is.
 */
export function loadProgram(file: string, keptIn: string | undefined): Loaded {
  const source = readFileSync(file, 'latin1');
  const mark = source.slice(-markBytes);
  const kept = keptIn === undefined ? undefined : readKept(keptIn, mark);
  const script = new Script(source, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(kept && { cachedData: kept.code }),
  });
  const learned = kept === undefined || script.cachedDataRejected ? 0 : kept.learned;
  const learn = (exitCode: unknown): void => {
    if (keptIn !== undefined && learned < enough && goodEnds.includes(exitCode))
      keep(keptIn, mark, { learned: learned + 1, code: script.createCachedData() });
  };
  process.once('exit', learn);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, pathToFileURL(file).href);
  return { exports: module.exports, forget: () => void process.off('exit', learn) };
}

/** Nothing if it is of another source, or damaged: the engine takes what it is given, and would end the process. */
function readKept(path: string, mark: string): Kept | undefined {
  const bytes = readIfThere(path);
  if (bytes?.toString('latin1', sumBytes + 1, headBytes) !== mark) return undefined;
  if (bytes.toString('hex', 0, sumBytes) !== hash('sha256', bytes.subarray(sumBytes))) return undefined;
  return { learned: bytes[sumBytes] ?? 0, code: bytes.subarray(headBytes) };
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Where there is nowhere to keep it, it is compiled anew each time. */
function keep(path: string, mark: string, { learned, code }: Kept): void {
  const summed = Buffer.concat([Buffer.of(learned), Buffer.from(mark, 'latin1'), code]);
  const unfinished = `${path}.new`;
  // One that was left behind by a process that was killed; and never through a link.
  removeIfPossible(unfinished);
  try {
    const content = Buffer.concat([Buffer.from(hash('sha256', summed), 'hex'), summed]);
    writeFileSync(unfinished, content, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, path);
  } catch {
    removeIfPossible(unfinished);
  }
}

function removeIfPossible(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never there, or nobody may touch it.
  }
}
