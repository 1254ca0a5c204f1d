import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Machine } from './machine.ts';

/** More of what a program prints is read, so that it does not wait for us, and dropped. */
const maxOutput = 16 * 1024;

export interface ProgramEnd {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell, in a session of its own, to its end. What it leaves behind is killed when it ends, all of
 * it when the signal aborts. Rejects with the system's error if it cannot be started.
 */
export function runProgram(argv: readonly string[], env: Machine['env'], signal: AbortSignal): Promise<ProgramEnd> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    // The root folder: a check must not keep a mount busy, nor depend on where we were started.
    const child = spawn(program, args, { env, cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('error', reject);
    const stdout = outputOf(child.stdout);
    const stderr = outputOf(child.stderr);
    const stop = () => endSession(child);
    signal.addEventListener('abort', stop, { once: true });
    // Before the pipes are closed: a grandchild that holds them would keep us waiting.
    child.on('exit', stop);
    child.on('close', (code, endedBy) => {
      signal.removeEventListener('abort', stop);
      resolve({ code, signal: endedBy, stdout: stdout(), stderr: stderr() });
    });
    if (signal.aborted) stop();
  });
}

/** What a program prints if it ends well; undefined if it fails or is not there. */
export async function printedBy(
  { env }: Pick<Machine, 'env'>,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { code, stdout } = await runProgram(argv, { ...env, LC_ALL: 'C' }, signal);
    return code === 0 ? stdout : undefined;
  } catch {
    return undefined;
  }
}

export function outputOf(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < maxOutput) chunks.push(chunk.subarray(0, maxOutput - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString();
}

/** Again and again, until nobody is left who could have started somebody meanwhile. */
export function endSession({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  for (let members = sessionMembers(pid), n = 0; members.length > 0 && n < 20; n += 1, members = sessionMembers(pid)) {
    for (const member of members) kill(member);
  }
  // Where /proc does not tell, the group is what can be reached.
  kill(-pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended meanwhile.
  }
}

function sessionMembers(session: number): readonly number[] {
  return attempt(() => readdirSync('/proc'), [])
    .filter((name) => /^\d+$/u.test(name) && isMember(name, session))
    .map(Number);
}

/** In /proc/PID/stat the fourth word behind the name is the session; a zombie needs no kill. */
function isMember(pid: string, session: number): boolean {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), '');
  const [state, , , own] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(own) === session && state !== 'Z' && state !== 'X';
}

function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
