import { isAbsolute } from 'node:path';
import type { ConditionKind } from '@umbracore/contracts';
import { condition, refusal, type Seen } from './condition.ts';
import type { Machine } from './machine.ts';
import { runProgram, type ProgramEnd } from './program.ts';

const longestLine = 120;

/**
 * `command: [program, args…]`: the program ends with 0. Any other end means that the condition is not met; by custom that is
 * 75, try again later. The first line that it prints is shown.
 */
export function commandCondition(machine: Pick<Machine, 'clock' | 'env'>): ConditionKind {
  return condition(machine.clock, {
    kind: 'command',
    deadlineMs: 10_000,
    parse: argvOf,
    async look(argv, signal) {
      try {
        return seenAt(argv[0] ?? '', await runProgram(argv, machine.env, signal));
      } catch (thrown) {
        return { met: false, text: `${argv[0]} ${whyNotStarted(thrown)}` };
      }
    },
  });
}

function argvOf(options: unknown): readonly string[] {
  const hint = 'write command: [/usr/local/bin/may-run, argument]';
  const isArgv = Array.isArray(options) && options.every((word) => typeof word === 'string' && !word.includes('\0'));
  if (!isArgv) throw refusal('command', 'is no list of a program and its arguments', hint);
  const argv = options as readonly string[];
  const program = argv[0] ?? '';
  if (program.trim() === '') throw refusal('command', 'names no program', hint);
  // It is started in the root folder, so a relative path would mean something else than where it is written.
  if (program.includes('/') && !isAbsolute(program)) throw refusal('command', `has the relative path ${program}`, hint);
  return argv;
}

function seenAt(program: string, { code, signal, stdout, stderr }: ProgramEnd): Seen {
  const said = firstLine(stdout) ?? firstLine(stderr);
  const end = code === null ? `was ended by ${signal}` : `ended with ${code}`;
  return { met: code === 0, text: `${program} ${end}${said === undefined ? '' : `: ${said}`}` };
}

/** Without control characters, which could drive the terminal of a reader. */
const firstLine = (text: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.replaceAll(/\p{C}/gu, ' ').trim().slice(0, longestLine))
    .find((line) => line !== '');

const whyNotStarted = (thrown: unknown): string =>
  `cannot be started (${thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)})`;
