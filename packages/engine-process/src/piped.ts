import { closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { isUmbraError, type Clock, type EngineCommand, type EngineExit } from '@umbracore/contracts';
import { CallSessions } from './call-sessions.ts';
import { descriptorContents, refuseNul, revealedEnvironment, spawnFailure } from './command.ts';
import { errnoOf } from './errno.ts';
import { placeDescriptors, unnamedFile } from './descriptors.ts';
import { LineSplitter } from './line-splitter.ts';
import { sessionMembers, signalProcess } from './process-tree.ts';

/** How long processes that were killed are waited for. */
export const patienceMs = 10_000;

/** execa 10 inherits every descriptor; its types list only these. */
type ExecaDescriptor = 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Sessions of the programs that go on: they end with this process. */
export const running = new CallSessions();

/** Starts a program with its output in pipes, and its input too if it is talked to. */
export async function startPiped(command: EngineCommand, stdin: 'ignore' | 'pipe'): Promise<ChildProcess> {
  refuseNul(command);
  const { execa } = await import('execa');
  const contents = descriptorContents(command);
  const names = contents.map(({ name }) => name);
  const place = (text: string): string => placeDescriptors(names, text);
  const files: ExecaDescriptor[] = [];
  try {
    for (const { content } of contents) files.push(unnamedFile(content, tmpdir()) as ExecaDescriptor);
    const env = Object.fromEntries(
      Object.entries(revealedEnvironment(command)).map(([name, value]) => [name, place(value)]),
    );
    const engine = execa(command.program, command.args.map(place), {
      cwd: command.cwd,
      env,
      extendEnv: false,
      stdio: [stdin, 'pipe', 'pipe', ...files],
      // A session of its own: the terminal's Ctrl-C is for the coordinator, and everyone the engine starts can be found.
      detached: true,
      buffer: false,
      reject: false,
      encoding: 'buffer',
    });
    // With a program that cannot be started the promise tells why; otherwise the end is watched here.
    if (engine.pid === undefined) throw spawnFailure(command, (await engine).code ?? 'UNKNOWN');
    return engine.nodeChildProcess;
  } catch (error) {
    throw isUmbraError(error) ? error : spawnFailure(command, errnoOf(error), { cause: error });
  } finally {
    for (const file of files) closeSync(file);
  }
}

export function exitOf(engine: ChildProcess): Promise<EngineExit> {
  return new Promise((resolve) => {
    engine.once('exit', (code, signal) => {
      resolve({ code: code ?? undefined, signal: signal ?? undefined, lost: false });
    });
  });
}

/** The engine has only just ended, so its session's number was not given away. */
export async function killSession(session: number, clock: Clock): Promise<void> {
  const patientUntil = clock.monotonicMs() + patienceMs;
  for (;;) {
    const left = sessionMembers(session);
    if (left.length === 0 || clock.monotonicMs() > patientUntil) return;
    for (const pid of left) signalProcess(pid, 'SIGKILL');
    await clock.sleep(5);
  }
}

export async function readLines(stream: Readable | null, emit: (line: string) => void): Promise<void> {
  const lines = new LineSplitter(emit);
  await readData(stream, (chunk) => lines.push(chunk));
  lines.end();
}

/** Iterating a stream reads no further while the reader is at work. */
export async function readData(
  stream: Readable | null,
  onData: (chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  if (stream === null) return;
  for await (const chunk of stream) await onData(chunk as Buffer);
}
