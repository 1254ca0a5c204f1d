import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One line that the fake prints. */
export interface FakeResticLine {
  readonly text: string;
  /** Default `stdout`. */
  readonly to?: 'stdout' | 'stderr' | undefined;
  /** Waits so long before. */
  readonly afterMs?: number | undefined;
}

/** What the fake does instead of, or before, what it does by itself. */
export interface FakeResticAnswer {
  /** Words that must all be among the arguments. */
  readonly when: readonly string[];
  /** Used so many times; without limit if absent. */
  readonly times?: number | undefined;
  readonly print?: readonly FakeResticLine[] | undefined;
  /** Never goes on after printing. A backup holds its lock meanwhile. */
  readonly hang?: boolean | undefined;
  /** Ends with this code after printing. If absent the command then does what it does by itself. */
  readonly exitCode?: number | undefined;
  /** SIGINT and SIGTERM have no effect. */
  readonly ignoreSignals?: boolean | undefined;
}

/** One call of the fake, with the names of the environment it got. */
export interface FakeResticCall {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly pid: number;
}

export interface FakeRestic {
  /** Absolute path of the executable. */
  readonly program: string;
  /** Replaces the script. */
  answer(answers: readonly FakeResticAnswer[]): Promise<void>;
  calls(): Promise<readonly FakeResticCall[]>;
}

const play = new URL('../fake-restic/program.mjs', import.meta.url).href;

/**
 * Puts an executable `restic` into a folder. By itself it answers version, init, cat config, cat lock, list locks, backup,
 * snapshots, ls, forget and unlock under `--json` as restic 0.19.1 does, but keeps no data: nothing can be restored from it.
 * It needs nothing of its environment but the password and the repository.
 */
export async function installFakeRestic(
  folder: string,
  answers: readonly FakeResticAnswer[] = [],
): Promise<FakeRestic> {
  await mkdir(folder, { recursive: true });
  const program = join(folder, 'restic');
  const script = join(folder, 'script.json');
  const log = join(folder, 'calls.jsonl');
  await writeFile(log, '');
  await writeFile(script, JSON.stringify(answers));
  await writeFile(program, startFile(folder), { mode: 0o755 });
  return {
    program,
    answer: (next) => writeFile(script, JSON.stringify(next)),
    async calls() {
      const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as FakeResticCall);
    },
  };
}

// The absolute path of node, because an engine's environment need not have a PATH. The name has no ending, so that node
// takes it for CommonJS.
function startFile(folder: string): string {
  return `#!${process.execPath}
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const call = { args: process.argv.slice(2), env: process.env, now: Date.now, wait, folder: ${JSON.stringify(folder)} };
import(${JSON.stringify(play)}).then(({ main }) => main(call));
`;
}
