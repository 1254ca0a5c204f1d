import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child<Line> {
  readonly child: ChildProcess;
  /** What it acknowledged, as far as it was read. */
  readonly lines: readonly Line[];
  readonly reader: Interface;
  readonly ended: Promise<unknown>;
}

/** Starts a program of this folder that prints a line of JSON for everything that was acknowledged to it. */
export function startChild<Line>(program: string, ...args: readonly string[]): Child<Line> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const flags = ['--conditions=@umbra/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  // A line that a kill cut short was not acknowledged.
  reader.on('line', (line) => line.endsWith('}') && lines.push(JSON.parse(line) as Line));
  return { child, lines, reader, ended: Promise.all([once(child, 'close'), once(reader, 'close')]) };
}
