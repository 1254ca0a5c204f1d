import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { umbraProgram, type World } from './world.ts';

/** The program of util-linux that gives another one a terminal. */
export const hasTerminals = spawnSync('script', ['--version']).status === 0;

const columns = 44;

export interface Terminal {
  /** The lines that can be seen, without blanks behind them. */
  screen(): readonly string[];
  /** What the terminal was sent. */
  sent(): string;
  type(keys: string): void;
  readonly ended: Promise<number | null>;
}

/** Runs the program at a terminal that is narrow enough for all that is drawn to fill it. */
export function atTerminal(world: World, ...args: readonly string[]): Terminal {
  const line = ['exec', process.execPath, umbraProgram, ...args].join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 40; ${line}`, '/dev/null'], {
    env: { ...world.env, TERM: 'xterm', SHELL: '/bin/sh' },
    cwd: world.folder,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let sent = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (sent += text));
  return {
    screen: () => screenOf(sent),
    sent: () => sent,
    type: (keys) => void child.stdin.write(keys),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** Signs for private use, in the place of sequences. */
const up = '\ue000';
const clear = '\ue001';

/** As much of a terminal as the program makes use of: line breaks, up, and clearing a line. Anything else shows. */
function screenOf(text: string): readonly string[] {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  const put = (sign: string): void => {
    if (column === columns) {
      row += 1;
      column = 0;
    }
    const line = (lines[row] ??= []);
    while (line.length < column) line.push(' ');
    line[column] = sign;
    column += 1;
  };
  for (const sign of text.replaceAll('\u001b[1A', up).replaceAll('\u001b[2K', clear)) {
    if (sign === '\r') column = 0;
    else if (sign === '\n') row += 1;
    else if (sign === up) row = Math.max(0, row - 1);
    else if (sign === clear) lines[row] = [];
    else put(sign);
  }
  return lines.map((line) => line.join('').trimEnd()).filter((line) => line !== '');
}
