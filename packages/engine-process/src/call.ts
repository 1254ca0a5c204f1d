import type { ChildProcess } from 'node:child_process';
import { UmbraError, type CallOptions, type Clock, type EngineCommand, type EngineExit } from '@umbracore/contracts';
import { exitOf, killSession, patienceMs, readData, readLines, running, startPiped } from './piped.ts';

/** An engine that is to stop gets so long to leave in order, for instance to take its lock away. */
const stopGraceMs = 1000;

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
  const engine = await startPiped(command, 'ignore');
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

async function readOutput(engine: ChildProcess, reader: CallOptions): Promise<void> {
  const { onData } = reader;
  const data =
    onData === undefined ? readLines(engine.stdout, (line) => reader.stdout?.(line)) : readData(engine.stdout, onData);
  await Promise.all([data, readLines(engine.stderr, (line) => reader.stderr?.(line))]);
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
