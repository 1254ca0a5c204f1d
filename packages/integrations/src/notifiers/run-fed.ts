import { spawn } from 'node:child_process';
import { UmbraError } from '@umbracore/contracts';
import { endSession, outputOf, type ProgramEnd } from '../conditions/program.ts';

/**
 * Runs a program without a shell, in a session of its own, with a text at its standard input. What it leaves behind is killed
 * when it ends, all of it when the signal aborts. Throws `notify.refused` if it cannot be started.
 */
export function runFed(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
  signal: AbortSignal,
  cwd = '/',
): Promise<ProgramEnd> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    child.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message;
      reject(
        new UmbraError('notify.refused', `${program} cannot be started (${code})`, {
          hint: `Correct the path of ${program}, or make it executable.`,
        }),
      );
    });
    const stdout = outputOf(child.stdout);
    const stderr = outputOf(child.stderr);
    // One that does not read its input is no failure.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
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
