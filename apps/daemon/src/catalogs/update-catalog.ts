import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

export interface UmbraProgram {
  /** Node and the program `umbra`. */
  readonly program: readonly string[];
  readonly configFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Fills a catalog in a process of its own. The daemon works without compilers for hot code and within few megabytes, and answers
 * meanwhile; this one is quick, gives way to everything else, and can be killed at any time.
 */
export async function updateCatalog(
  { program: [node = process.execPath, ...script], configFile, env, cwd }: UmbraProgram,
  repository: string,
  signal: AbortSignal,
): Promise<void> {
  const config = configFile === undefined ? [] : ['--config', configFile];
  const args = [...script, 'catalog', 'update', repository, '--quiet', ...config];
  const child = spawn(node, args, { cwd, env, signal, stdio: 'ignore' });
  const ended = once(child, 'exit');
  if (child.pid !== undefined) giveWay(child.pid);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`umbra catalog update ended with ${code ?? 'a signal'}`);
}

/** It may have ended already. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Then it has the usual priority.
  }
}
