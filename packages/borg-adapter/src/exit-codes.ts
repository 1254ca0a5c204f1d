import type { EngineExit, ErrorCode } from '@umbracore/contracts';
import type { LogMessage } from './decode/log-message.ts';
import { codeOfId, codeOfProgram, codeOfText } from './messages.ts';

/** Everything that tells how a call of borg went. */
export interface Ending {
  readonly exit: EngineExit;
  /** True if we asked it to stop: then every ending that is not a success is ours. */
  readonly interrupted: boolean;
  /** Warnings and errors, in their order. */
  readonly lines: readonly LogMessage[];
}

export type Verdict =
  | { readonly type: 'ok' }
  /** borg came to its end and warned of something. */
  | { readonly type: 'warned'; readonly text: string }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly id: string | undefined; readonly text: string };

/**
 * What an ending means, by falling weight: our own signal, how the process ended, what borg names the failure, what the system
 * said. borg's exit codes say only whether: 0 all is well, 1 with warnings, 2 failed.
 */
export function classify({ exit, interrupted, lines }: Ending): Verdict {
  if (exit.code === 0) return { type: 'ok' };
  const named = lines.findLast(({ level, id }) => level === 'error' && id !== undefined);
  const last = named ?? lines.findLast(({ level }) => level === 'error') ?? lines.at(-1);
  const text = last?.text ?? '';
  const failed = (code: ErrorCode): Verdict => ({ type: 'failed', code, id: named?.id, text });
  if (interrupted) return failed('run.cancelled');
  if (exit.lost) return failed('engine.lost');
  if (exit.code === 1) return { type: 'warned', text: lines.at(-1)?.text ?? '' };
  if (exit.signal !== undefined) return failed(codeOfSignal(exit.signal));
  const ofProgram = lines.findLast((line) => codeOfProgram(line.text) !== undefined)?.text;
  if (ofProgram !== undefined) {
    return { type: 'failed', code: codeOfProgram(ofProgram) ?? 'command.failed', id: undefined, text: ofProgram };
  }
  const said = lines.map((line) => line.text).join('\n');
  return failed(codeOfText(said, 'evidence') ?? codeOfId(named?.id) ?? codeOfText(said, 'any') ?? 'engine.failed');
}

function codeOfSignal(signal: string): ErrorCode {
  return signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP' ? 'run.interrupted' : 'engine.crashed';
}
