import { closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import {
  UmbraError,
  isUmbraError,
  type CallOptions,
  type Clock,
  type EngineCommand,
  type EngineExit,
} from '@umbracore/contracts';
import { CallSessions } from './call-sessions.ts';
import { descriptorContents, errnoOf, revealedEnvironment, spawnFailure } from './command.ts';
import { placeDescriptors, unnamedFile } from './descriptors.ts';
import { LineSplitter } from './line-splitter.ts';
import { sessionMembers, signalProcess } from './process-tree.ts';

/** An engine that is to stop gets so long to leave in order, for instance to take its lock away. */
const stopGraceMs = 1000;

/** How long processes that were killed are waited for. */
const patienceMs = 10_000;

/** execa 10 inherits every descriptor; its types list only these. */
type ExecaDescriptor = 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Why a call was not allowed to end by itself. */
type Stop =
  | { readonly reason: 'deadline' }
  | { readonly reason: 'abort' }
  /** Who reads the output has failed. */
  | { readonly reason: 'reader'; readonly error: unknown };

/** Runs a command to its end; see `EngineProcesses`. */
export async function call(
  command: EngineCommand,
  options: CallOptions,
  clock: Clock,
  signal?: AbortSignal,
): Promise<EngineExit> {
  if (signal?.aborted === true) throw cancelled(command);
  const engine = await startPiped(command);
  const session = engine.pid ?? 0;
  running.add(session);
  try {
    const ended = exitOf(engine);
    const output = readOutput(engine, options);
    const stop = await stopped({ ended, output }, options.deadlineMs, clock, signal);
    if (stop !== undefined) await end(engine, ended, clock);
    // Who is left behind would hold the pipes open.
    await killSession(session, clock);
    if (stop !== undefined) throw stopError(stop, command, options);
    await output;
    return await ended;
  } finally {
    running.delete(session);
  }
}

/** Sessions of the calls that go on: they end with this process. */
const running = new CallSessions();

async function startPiped(command: EngineCommand): Promise<ChildProcess> {
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
      stdio: ['ignore', 'pipe', 'pipe', ...files],
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
    throw isUmbraError(error) ? error : spawnFailure(command, errnoOf(error), error);
  } finally {
    for (const file of files) closeSync(file);
  }
}

function exitOf(engine: ChildProcess): Promise<EngineExit> {
  return new Promise((resolve) => {
    engine.once('exit', (code, signal) => {
      resolve({ code: code ?? undefined, signal: signal ?? undefined, lost: false });
    });
  });
}

interface CallProgress {
  readonly ended: Promise<unknown>;
  readonly output: Promise<void>;
}

/** Resolves to the reason to stop, or to undefined once the engine has ended by itself. */
async function stopped(
  { ended, output }: CallProgress,
  deadlineMs: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Stop | undefined> {
  const over = new AbortController();
  const aborted = new Promise<Stop>((resolve) => {
    signal?.addEventListener('abort', () => resolve({ reason: 'abort' }), { once: true, signal: over.signal });
    if (signal?.aborted === true) resolve({ reason: 'abort' });
  });
  const late = clock.sleep(deadlineMs, over.signal).then(
    (): Stop => ({ reason: 'deadline' }),
    () => undefined,
  );
  const unread = output.then(
    () => ended.then(() => undefined),
    (error: unknown): Stop => ({ reason: 'reader', error }),
  );
  try {
    return await Promise.race([ended.then(() => undefined), unread, aborted, late]);
  } finally {
    over.abort();
  }
}

async function end(engine: ChildProcess, ended: Promise<unknown>, clock: Clock): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', stopGraceMs],
    ['SIGKILL', patienceMs],
  ] as const) {
    engine.kill(signal);
    engine.kill('SIGCONT');
    const over = new AbortController();
    const waited = clock.sleep(waitMs, over.signal).catch(() => undefined);
    await Promise.race([ended, waited]);
    over.abort();
  }
}

/** The engine has only just ended, so its session's number was not given away. */
async function killSession(session: number, clock: Clock): Promise<void> {
  const patientUntil = clock.monotonicMs() + patienceMs;
  for (;;) {
    const left = sessionMembers(session);
    if (left.length === 0 || clock.monotonicMs() > patientUntil) return;
    for (const pid of left) signalProcess(pid, 'SIGKILL');
    await clock.sleep(5);
  }
}

async function readOutput(engine: ChildProcess, reader: CallOptions): Promise<void> {
  const { onData } = reader;
  const data =
    onData === undefined ? readLines(engine.stdout, (line) => reader.stdout?.(line)) : readData(engine.stdout, onData);
  await Promise.all([data, readLines(engine.stderr, (line) => reader.stderr?.(line))]);
}

async function readLines(stream: Readable | null, emit: (line: string) => void): Promise<void> {
  const lines = new LineSplitter(emit);
  await readData(stream, (chunk) => lines.push(chunk));
  lines.end();
}

/** Iterating a stream reads no further while the reader is at work. */
async function readData(stream: Readable | null, onData: (chunk: Buffer) => void | Promise<void>): Promise<void> {
  if (stream === null) return;
  for await (const chunk of stream) await onData(chunk as Buffer);
}

function stopError(stop: Stop, command: EngineCommand, { deadlineMs }: CallOptions): unknown {
  switch (stop.reason) {
    case 'abort':
      return cancelled(command);
    case 'deadline':
      return new UmbraError('engine.stalled', `${command.program} did not end within ${deadlineMs / 1000} s`, {
        hint: 'Look whether the repository can be reached.',
        context: { program: command.program, deadlineMs },
      });
    case 'reader':
      return stop.error;
  }
}

function cancelled({ program }: EngineCommand): UmbraError {
  return new UmbraError('run.cancelled', `${program} was cancelled`, { context: { program } });
}
