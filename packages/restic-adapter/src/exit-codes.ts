import type { EngineExit, ErrorCode } from '@umbracore/contracts';
import type { Features } from './features.ts';
import { codeOfText, withoutRetry } from './messages.ts';
import { isOfProgram } from './operations/program-output.ts';
import type { ExitError } from './transcript.ts';

/** Everything that tells how a call of restic went. */
export interface Ending {
  readonly command: string;
  readonly exit: EngineExit;
  /** True if we asked it to stop: then every ending that is not a success is ours. */
  readonly interrupted: boolean;
  readonly exitError: ExitError | undefined;
  /** Lines of text on standard error. */
  readonly lines: readonly string[];
  readonly features: Pick<Features, 'exitCodes'>;
}

export type Verdict =
  | { readonly type: 'ok' }
  /** A backup that made its snapshot and left something out. */
  | { readonly type: 'partial' }
  /** `text` says what is wrong, `last` is what restic said last: these differ where that only sums up. */
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly text: string; readonly last: string };

/** Commands to which 3 says: done, but not with everything. `forget` answers 3 when it could not delete (0.19). */
const partialCommands = new Set(['backup']);

/**
 * What an ending means, by falling weight: our own signal, what the system said, what restic said, its exit code. The
 * code comes last because it is not portable: a lock is 1 on 0.14 and 11 later, a cancelled backup 130, 1 and 130.
 */
export function classify(ending: Ending): Verdict {
  const { exit, command } = ending;
  if (exit.code === 0) return { type: 'ok' };
  const said = ending.lines.filter((line) => !isOfProgram(line));
  const fatal = ending.exitError?.message ?? lastWord(said);
  const failed = (code: ErrorCode): Verdict => ({ type: 'failed', code, text: fatal, last: fatal });
  if (ending.interrupted) return failed('run.cancelled');
  if (exit.lost) return failed('engine.lost');
  if (exit.code === 3 && partialCommands.has(command)) return { type: 'partial' };
  if (exit.signal !== undefined) return failed(codeOfSignal(exit.signal));
  const spoken = codeOfText(fatal, said.join('\n'));
  if (spoken === undefined) return failed(codeOfExit(exit.code, ending));
  return { type: 'failed', code: spoken, text: wordsFor(spoken, fatal, said), last: fatal };
}

/** Restic's last word, unless what it said before outranks it. */
function wordsFor(code: ErrorCode, fatal: string, lines: readonly string[]): string {
  const says = (line: string): boolean => codeOfText(line, '') === code;
  return says(fatal) ? fatal : withoutRetry(lines.findLast(says) ?? fatal);
}

/** 0.14 writes a lock's description over several lines; before it come only warnings and retries. */
function lastWord(lines: readonly string[]): string {
  const start = lines.findLastIndex((line) =>
    /^Fatal: |repository is already locked|^cannot |^unable to create lock/.test(line),
  );
  return (start === -1 ? lines.slice(-1) : lines.slice(start)).join('\n');
}

function codeOfSignal(signal: string): ErrorCode {
  return signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP' ? 'run.interrupted' : 'engine.crashed';
}

const documentedCodes: ReadonlyMap<number, ErrorCode> = new Map([
  [10, 'repository.absent'],
  [11, 'repository.locked'],
  [12, 'repository.wrong-password'],
]);

/** restic documents its numbers since 0.17.1; before, only 130 says anything. */
function codeOfExit(code: number | undefined, { features, lines }: Ending): ErrorCode {
  if (code === 130) return 'run.interrupted';
  // A Go panic: seen with a config or key file shorter than 16 bytes. `dump` of 0.14 uses 2 for an ordinary failure.
  if (code === 2 && lines.some((line) => /^(?:panic:|fatal error:|goroutine )/.test(line))) return 'engine.crashed';
  if (!features.exitCodes) return 'engine.failed';
  return documentedCodes.get(code ?? 0) ?? 'engine.failed';
}
