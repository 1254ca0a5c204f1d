import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UmbraError, type DaemonNote } from '@umbracore/contracts';
import { systemClock, systemProcessTable } from '../doors/process-table.ts';
import { run } from '../units/apply-plan.ts';
import { answers, livingDaemon } from './living-daemon.ts';
import { readNote } from './read-note.ts';

export interface DaemonStart {
  /** Node and this program. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  readonly logDir: string;
  /** The service manager's own command; undefined if nothing is installed there. */
  readonly command: readonly string[] | undefined;
}

const lookEveryMs = 50;
/** It first reads its configuration, and plug-ins may take their time. */
const patienceMs = 60_000;

/** Starts a daemon that goes on without us and waits until it answers. Throws why it did not, in its own words. */
export async function startDaemon(start: DaemonStart, signal: AbortSignal): Promise<DaemonNote> {
  const running = await livingDaemon(start.stateDir);
  if (running !== undefined)
    throw new UmbraError(
      'daemon.running',
      `a daemon works on ${start.stateDir} already: process ${running.process.pid} on ${running.process.host}`,
      {
        hint: 'See `umbra daemon status`.',
      },
    );
  if (start.command !== undefined) {
    await run(start.command);
    return await untilItAnswers(start.stateDir, () => undefined, signal);
  }
  const words = join(start.logDir, 'daemon-start.log');
  const child = detached(start, words);
  return await untilItAnswers(start.stateDir, () => lastWords(child, words), signal);
}

/** In a session of its own: neither the end of this terminal nor its Ctrl-C reaches it. */
function detached(
  { program: [node = process.execPath, ...script], env, logDir }: DaemonStart,
  words: string,
): ChildProcess {
  mkdirSync(logDir, { recursive: true, mode: 0o700 });
  const output = openSync(words, 'w', 0o600);
  const child = spawn(node, [...script, 'daemon', 'run'], {
    cwd: '/',
    detached: true,
    env,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  return child;
}

/** What it said, once it has ended. */
function lastWords({ exitCode, signalCode }: ChildProcess, words: string): string | undefined {
  if (exitCode === null && signalCode === null) return undefined;
  return readFileSync(words, 'utf8').trim() || `it ended with ${signalCode ?? `exit ${exitCode}`}`;
}

async function untilItAnswers(
  stateDir: string,
  ended: () => string | undefined,
  signal: AbortSignal,
): Promise<DaemonNote> {
  const deadline = systemClock.monotonicMs() + patienceMs;
  for (;;) {
    const note = readNote(stateDir);
    if (note !== undefined && systemProcessTable().isAlive(note.process) && (await answers(note))) return note;
    const why = ended();
    if (why !== undefined) throw notStarted(why);
    if (systemClock.monotonicMs() > deadline) throw notStarted(`it did not answer within ${patienceMs / 1000} s`);
    await systemClock.sleep(lookEveryMs, signal);
  }
}

const notStarted = (why: string): UmbraError =>
  new UmbraError('daemon.refused', `the daemon did not start: ${why}`, {
    hint: 'See more with `umbra daemon run`, which stays in the foreground.',
  });
