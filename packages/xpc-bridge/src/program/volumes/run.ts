import type { EngineProcesses } from '@umbracore/contracts';
import { Refusal } from '../refusal.ts';

const deadlineMs = 60_000;

/** Where the tools of file systems are; nothing else is looked through. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What running a tool of a file system takes. */
export interface Tools {
  readonly processes: EngineProcesses;
}

/** Runs a tool to its end, with words of ours and of the policy only. Throws a `Refusal` with its last words. */
export async function run({ processes }: Tools, program: string, args: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const said: string[] = [];
  const exit = await processes.call(
    { program: '/usr/bin/env', args: ['--', program, ...args], env: { PATH: path, LC_ALL: 'C' }, cwd: '/' },
    { deadlineMs, stdout: (line) => void lines.push(line), stderr: (line) => void said.push(line) },
  );
  if (exit.code === 0) return lines;
  throw new Refusal(`${program} failed: ${said.at(-1) ?? `exit code ${exit.code ?? exit.signal ?? '?'}`}`);
}
