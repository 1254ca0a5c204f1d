import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { errnoOf } from './errno.ts';

/** Where the shim program is and what runs it. */
export interface ShimProgram {
  readonly nodePath: string;
  readonly shimPath: string;
}

/** A shim that waits for its first line, or could not be started. */
export interface StartedShim {
  readonly child: ChildProcess | undefined;
  /** Resolves when it has ended or could not be started: with the system's error then. */
  readonly ended: Promise<string | undefined>;
}

/**
 * Starts a shim. That takes as long as to start Node, so whoever knows that there will be an engine may do it before anything
 * else is loaded: what is imported here comes with Node. It has no effect outside, and ends with this process if it gets no
 * work. Does not throw.
 */
export function startShim(program: ShimProgram = ownProgram()): StartedShim {
  try {
    // No inspector on SIGUSR1, one thread for the disk, and nothing of our own environment: NODE_OPTIONS would reach into the shim.
    const child = spawn(program.nodePath, ['--disable-sigusr1', '--no-warnings', program.shimPath], {
      cwd: '/',
      env: { UV_THREADPOOL_SIZE: '1' },
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    return { child, ended: once(child, 'exit').then(() => undefined, errnoOf) };
  } catch (error) {
    return { child: undefined, ended: Promise.resolve(errnoOf(error)) };
  }
}

/** Beside this file: as source, in the package's build, and in a bundle. */
export function ownProgram(): ShimProgram {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return { nodePath: process.execPath, shimPath: fileURLToPath(new URL(`./shim.${extension}`, import.meta.url)) };
}
