import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the person stood when calling npm, which itself moves to the root. */
export const callerFolder = process.env.INIT_CWD ?? process.cwd();

/** Something a person can act on: shown as it is, without a stack. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Notes go to stderr, so that a task's own stdout stays usable in a pipe. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Runs a program to its end and returns its exit code, 128 + n when signal n ended it. */
export function run(command, args, { cwd = root, env = process.env, stdio = 'inherit', shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio, shell });
    // A terminal's Ctrl-C reaches the child by itself: we only have to stay until it has finished.
    const stay = () => {};
    const passOn = (signal) => child.kill(signal);
    process.on('SIGINT', stay).on('SIGTERM', passOn).on('SIGHUP', passOn);
    const stopListening = () => process.off('SIGINT', stay).off('SIGTERM', passOn).off('SIGHUP', passOn);
    child.on('error', (error) => {
      stopListening();
      reject(new Failure(`Could not start ${command}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      stopListening();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

export const runNode = (args, options) => run(process.execPath, args, options);

export async function mustRun(what, running) {
  const code = await running;
  if (code !== 0) throw new Failure(`${what} failed with exit code ${code}.`, code);
}

/** The environment in which `node`, and what npm starts, is the given binary. */
export const environmentWith = (node) => ({
  ...process.env,
  PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
  NODE: node,
  npm_node_execpath: node,
});

export const rerunUnder = (node) =>
  run(node, process.argv.slice(1), { cwd: process.cwd(), env: environmentWith(node) });

/** npm as it was called, or the one in PATH: a program and its first arguments. */
export function npmCommand() {
  const npm = process.env.npm_execpath ?? '';
  return /npm-cli\.c?js$/.test(npm) ? [process.execPath, npm] : ['npm'];
}

export function runNpm(args, { cwd = root } = {}) {
  const [program, ...first] = npmCommand();
  const shell = program === 'npm' && process.platform === 'win32';
  return run(program, [...first, ...args], { cwd, stdio: ['ignore', 2, 2], shell });
}

/** A dependency's program, by the path of its file: nothing is ever fetched on the way. */
export const binary = (path) => join(root, 'node_modules', path);
