import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { toUmbraError, UmbraError } from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import type { Sink } from '@umbracore/runtime/restore';
import { intoStream } from '../doors/restore.ts';

interface Reading {
  readonly program: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Gives a command what `write` writes as its standard input. Where that breaks off the command is ended before it sees an end
 * of it: it could not tell the half from the whole.
 */
export async function intoCommand(
  { program, args, signal }: Reading,
  write: (sink: Sink, ended: AbortSignal) => Promise<void>,
): Promise<number> {
  const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = new AbortController();
  const end = once(child, 'exit');
  end.then(
    () => ended.abort(),
    () => undefined,
  );
  try {
    await once(child, 'spawn');
  } catch (error) {
    const hint = hasCode(error, 'EACCES')
      ? `Allow it: chmod +x ${program}`
      : 'Give a program that is in the PATH, or a path.';
    throw new UmbraError('command.failed', whyNot(program, error), { hint, cause: error });
  }
  try {
    await write(intoStream(child.stdin), ended.signal);
  } catch (error) {
    const isDone = ended.signal.aborted || isBrokenPipe(error);
    if (!isDone) await kill(child, end);
    signal.throwIfAborted();
    if (!isDone) throw error;
    statusOf(program, await end);
    throw new UmbraError('command.failed', `${program} has ended before it had read everything`, { cause: error });
  }
  child.stdin.end();
  return statusOf(program, await end);
}

/** A path that is there needs something else that is not, such as its interpreter. */
function whyNot(program: string, error: unknown): string {
  if (hasCode(error, 'EACCES')) return `${program} may not be executed`;
  if (hasCode(error, 'ENOENT') && !(program.includes('/') && existsSync(program))) {
    return `the command ${program} was not found`;
  }
  return `${program} cannot be started: ${toUmbraError(error).message}`;
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const isBrokenPipe = (error: unknown): boolean => hasCode(error, 'EPIPE');

async function kill(child: ChildProcess, end: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await end;
}

/** Throws unless it ended with 0. */
function statusOf(program: string, [code, signal]: readonly unknown[]): number {
  if (code === 0) return exitCodes.done;
  const how = typeof code === 'number' ? `ended with exit code ${code}` : `was ended by ${String(signal)}`;
  throw new UmbraError('command.failed', `${program} ${how}`);
}
