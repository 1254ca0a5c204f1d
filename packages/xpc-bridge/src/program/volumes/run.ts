import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineProcesses } from '@umbracore/contracts';
import { whoCouldChange } from '../owned-path.ts';
import { Refusal } from '../refusal.ts';

const deadlineMs = 60_000;

/** What running a tool of a file system takes. */
export interface Tools {
  readonly processes: EngineProcesses;
  /** Folders in which tools are looked for; nothing else is looked through. */
  readonly path: readonly string[];
  /** What starts a tool in another view of the file system: words in front of it. */
  readonly through?: readonly string[];
}

/** Runs a tool to its end, with words of ours and of the policy only. Throws a `Refusal` with its last words. */
export async function run(
  { processes, path, through = [] }: Tools,
  tool: string,
  args: readonly string[],
): Promise<readonly string[]> {
  const own = found(tool, path);
  const [program = own, ...words] = [...through, own, ...args];
  const lines: string[] = [];
  const said: string[] = [];
  const exit = await processes.call(
    { program, args: words, env: { PATH: path.join(':'), LC_ALL: 'C' }, cwd: '/' },
    { deadlineMs, stdout: (line) => void lines.push(line), stderr: (line) => void said.push(line) },
  );
  if (exit.code === 0) return lines;
  throw new Refusal(`${tool} failed: ${said.at(-1) ?? `exit code ${exit.code ?? exit.signal ?? '?'}`}`);
}

/** Where a tool is. Throws a `Refusal` if it is nowhere, or if others could change it. */
export function found(tool: string, path: readonly string[]): string {
  const folder = path.find((each) => existsSync(join(each, tool)));
  if (folder === undefined)
    throw new Refusal(
      `There is no ${tool} in ${path.join(':')}`,
      'Install it, or let "path" of the policy name its folder.',
    );
  const program = join(folder, tool);
  // Where the system's own folders are links, or a tool is one, is the system's business.
  const problem = isOfSystem(folder) ? undefined : whoCouldChange(program, 0);
  if (problem === undefined) return program;
  throw new Refusal(
    `${tool} is not root's alone: ${problem}`,
    'Let the policy name a folder that only root can change.',
  );
}

/** Where tools are on any system. */
export const systemPath: readonly string[] = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

const isOfSystem = (folder: string): boolean => systemPath.includes(folder);
