import { type SecretProvider, UmbraError } from '@umbracore/contracts';
import { type ExecFileException, execFile } from 'node:child_process';
import { maxSecretBytes, toSecret, unavailable } from './secret-text.ts';

export interface CommandSecretsOptions {
  /** The environment of the command, `PATH` included. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command is killed when it takes longer. Default 30 s. */
  readonly deadlineMs?: number | undefined;
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly reference: string;
}

/**
 * Finds a `command:` secret: what a program prints, without one trailing line break. No shell is involved. What it prints
 * besides is not shown, since that may hold the secret.
 */
export function commandSecrets({ env, deadlineMs = 30_000 }: CommandSecretsOptions): SecretProvider {
  return {
    scheme: 'command',
    async resolve({ target }, signal) {
      const [program, ...args] = typeof target === 'string' ? [target] : target;
      if (program === undefined || program === '') {
        throw unavailable('command:', 'it names no program', 'Write the program and its arguments as a list.');
      }
      const command = { program, args, reference: `command:${[program, ...args].join(' ')}` };
      const printed = await outputOf(command, { env, deadlineMs, signal });
      return toSecret(printed, command.reference, `Run ${program} by hand and see whether it prints the secret.`);
    },
  };
}

interface Running {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

function outputOf(command: Command, { env, deadlineMs, signal }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, signal, timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: maxSecretBytes } as const;
    const child = execFile(command.program, command.args, options, (error, stdout) => {
      if (error) reject(failure(error, command, deadlineMs));
      else resolve(stdout);
    });
    // A program that asks at its standard input must see that nobody answers.
    child.stdin?.on('error', () => {});
    child.stdin?.end();
    // An agent that it leaves behind may hold its output open. What it wrote itself is read within a turn of the loop.
    const letGo = (): void => void setImmediate(() => [child.stdout, child.stderr].forEach((pipe) => pipe?.destroy()));
    child.on('exit', () => setImmediate(letGo));
  });
}

/** Never has the original as its cause: that one carries everything the program printed. */
function failure(error: ExecFileException, { program, reference }: Command, deadlineMs: number): UmbraError {
  if (error.name === 'AbortError') return new UmbraError('run.cancelled', `${reference}: cancelled`);
  const code = String(error.code);
  if (code === 'ENOENT') return unavailable(reference, 'there is no such program', `Correct the path of ${program}.`);
  if (code === 'EACCES') return unavailable(reference, 'it may not be run', `Make ${program} executable.`);
  const tryIt = `Run ${program} by hand and see what it says.`;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return unavailable(reference, 'it printed too much to be a secret', tryIt);
  if (error.killed === true) return unavailable(reference, `it did not end within ${deadlineMs / 1000} s`, tryIt);
  return unavailable(reference, `it failed (${error.signal ?? `exit ${code}`})`, tryIt);
}
