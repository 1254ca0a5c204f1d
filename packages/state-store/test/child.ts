import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundled } from '../../../tools/testing/bundled.mjs';

export interface Child<Line> {
  readonly child: ChildProcess;
  /** What it acknowledged, as far as it was read. */
  readonly lines: readonly Line[];
  readonly reader: Interface;
  readonly ended: Promise<unknown>;
}

/** The command line of a program of this folder. */
export function nodeProgram(program: string, ...args: readonly string[]): readonly string[] {
  const path = bundled(fileURLToPath(new URL(program, import.meta.url)));
  return [process.execPath, '--disable-warning=ExperimentalWarning', path, ...args];
}

/** Starts a program of this folder that prints a line of JSON for everything that was acknowledged to it. */
export function startChild<Line>(program: string, ...args: readonly string[]): Child<Line> {
  return startCommand(nodeProgram(program, ...args));
}

/** The same of a command line that has such a program in it. */
export function startCommand<Line>(command: readonly string[], env: NodeJS.ProcessEnv = {}): Child<Line> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  // A line that a kill cut short was not acknowledged.
  reader.on('line', (line) => line.endsWith('}') && lines.push(JSON.parse(line) as Line));
  return { child, lines, reader, ended: Promise.all([once(child, 'close'), once(reader, 'close')]) };
}
