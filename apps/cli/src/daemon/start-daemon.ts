import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInSightOf, UmbraError, type DaemonNote } from '@umbracore/contracts';
import { systemClock, systemProcessTable } from '../doors/process-table.ts';
import { run } from '../units/apply-plan.ts';
import { DaemonClient } from './daemon-client.ts';
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
  const running = livingNote(start.stateDir) ?? (await noteOutOfSight(start.stateDir));
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

function livingNote(stateDir: string): DaemonNote | undefined {
  const note = readNote(stateDir);
  return note !== undefined && systemProcessTable().isAlive(note.process) ? note : undefined;
}

/** Of a daemon in another container or on another host, if it answers. */
async function noteOutOfSight(stateDir: string): Promise<DaemonNote | undefined> {
  const note = readNote(stateDir);
  if (note === undefined || isInSightOf(systemProcessTable().self(), note.process)) return undefined;
  return (await answers(note)) ? note : undefined;
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
    const note = livingNote(stateDir);
    if (note !== undefined && (await answers(note))) return note;
    const why = ended();
    if (why !== undefined) throw notStarted(why);
    if (systemClock.monotonicMs() > deadline) throw notStarted(`it did not answer within ${patienceMs / 1000} s`);
    await systemClock.sleep(lookEveryMs, signal);
  }
}

async function answers(note: DaemonNote): Promise<boolean> {
  try {
    await new DaemonClient(note).get('/health', [200, 503]);
    return true;
  } catch {
    return false;
  }
}

const notStarted = (why: string): UmbraError =>
  new UmbraError('daemon.refused', `the daemon did not start: ${why}`, {
    hint: 'See more with `umbra daemon run`, which stays in the foreground.',
  });
