// The shim: a program of its own that starts one engine, sees it end, and writes down how. It runs in its own session, so
// it and the engine outlive the coordinator. Every import costs start-up time: no packages here, only types of theirs.
import { spawn, type ChildProcess } from 'node:child_process';
import { access, closeSync, futimes, openSync, readSync, renameSync, writeSync } from 'node:fs';
import type { ProcessIdentity } from '@umbracore/contracts';
import { placeDescriptors, unnamedFile } from './descriptors.ts';
import { livingProcesses, readStat } from './proc-stat.ts';
import { beatMs, type ExitRecord, type ShimAnswer, type ShimSpec } from './shim-protocol.ts';

const readEnd = 0;
const answerEnd = 1;

/** Children of an engine that is gone get so long to end by themselves, and then as long after SIGTERM. */
const stragglerMs = 300;

/** Long enough for an engine to have started, and mostly not to have ended. */
const firstLookMs = 50;

/** Enough for any exit record: the space is taken while there is some, so that a full disk cannot hide how a run ended. */
const exitRecordBytes = 256;

main();

function main(): void {
  // Before it has work: whoever gives it waits for what comes after.
  withoutCoreContents();
  ignoreSignals();
  makeThread();
  const spec = readSpec();
  // The coordinator went away without giving work: nothing has happened, nothing is left.
  if (spec === undefined) process.exit();
  try {
    supervise(spec);
  } catch (error) {
    fail(error);
  }
}

/** Blocks: a shim that waits for work has nothing else to do, and streams would cost start-up time. */
function readSpec(): ShimSpec | undefined {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(65_536);
    const length = readSync(readEnd, chunk);
    if (length === 0) return undefined;
    chunks.push(chunk.subarray(0, length));
    if (chunk[length - 1] === 0x0a) return JSON.parse(Buffer.concat(chunks).toString('utf8')) as ShimSpec;
  }
}

function supervise(spec: ShimSpec): void {
  const exitFile = openSync(`${spec.spool.exit}.new`, 'wx', 0o600);
  writeSync(exitFile, ' '.repeat(exitRecordBytes), 0);
  const engine = startEngine(spec);
  engine.once('error', fail);
  if (engine.pid === undefined) return;
  engine.once('exit', (code, signal) => void conclude(spec, exitFile, { code, signal, finishedAt: Date.now() }));
  process.on('SIGTERM', () => engine.kill('SIGTERM'));
  const identity = recordEngine(spec, engine, engine.pid);
  answer({ type: 'started', engine: identity });
  // From here on only the engine's end ends the shim, or nobody would see it.
  engine.off('error', fail).on('error', () => undefined);
  if (spec.orphanPolicy === 'die') endWithCoordinator(engine);
  resumeInTime(engine.pid, spec.longestStopMs);
  showLife(exitFile);
  // The first look around is a slow one. While the engine works nobody waits for it.
  setTimeout(sessionMembers, firstLookMs);
}

/** Whoever stopped the engine may be gone: it must not stand still until somebody takes its lock for one of the dead. */
function resumeInTime(pid: number, longestStopMs: number): void {
  let stoppedMs = 0;
  const stepMs = longestStopMs / 20;
  setInterval(() => {
    stoppedMs = readStat(pid)?.state === 'T' ? stoppedMs + stepMs : 0;
    if (stoppedMs > longestStopMs) for (const member of sessionMembers()) send(member, 'SIGCONT');
  }, stepMs);
}

/**
 * The one that beats come from. Node ends at once where none may be made any more, for instance for want of room among the processes
 * of a container: better now than beside an engine whose threads have taken the last of it.
 */
function makeThread(): void {
  access('/', () => undefined);
}

/** Not waited for: a disk that hangs must not keep the end of the engine from being seen. */
function showLife(exitFile: number): void {
  let isUnderWay = false;
  setInterval(() => {
    if (isUnderWay) return;
    isUnderWay = true;
    const now = Date.now() / 1000;
    futimes(exitFile, now, now, () => (isUnderWay = false));
  }, beatMs);
}

/** Writes down who the engine is. Its pid alone would not do: an engine without a start time counts as dead. */
function recordEngine(spec: ShimSpec, engine: ChildProcess, pid: number): ProcessIdentity {
  try {
    const stat = readStat(pid);
    if (stat === undefined) throw new Error('the engine cannot be seen');
    const { bootId, host, pids } = spec;
    const identity = { pid, startTime: stat.startTime, bootId, host, pids };
    writeByRename(spec.spool.engine, JSON.stringify(identity));
    return identity;
  } catch (error) {
    // Nobody could find it: better that it ends in its first millisecond.
    engine.kill('SIGKILL');
    throw error;
  }
}

function startEngine(spec: ShimSpec): ChildProcess {
  const contents = spec.descriptors.map(({ content }) =>
    unnamedFile(Buffer.from(content, 'base64'), spec.spool.folder),
  );
  const names = spec.descriptors.map(({ name }) => name);
  const place = (text: string): string => placeDescriptors(names, text);
  const stdout = openSync(spec.spool.stdout, 'ax', 0o600);
  const stderr = openSync(spec.spool.stderr, 'ax', 0o600);
  try {
    return spawn(spec.program, spec.args.map(place), {
      cwd: spec.cwd,
      env: Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [name, place(value)])),
      stdio: ['ignore', stdout, stderr, ...contents],
    });
  } finally {
    for (const descriptor of [stdout, stderr, ...contents]) closeSync(descriptor);
  }
}

/** With the policy `die`, the pipe from the coordinator stays open for its lifetime: its end is the coordinator's. */
function endWithCoordinator(engine: ChildProcess): void {
  const end = (): void => void engine.kill('SIGTERM');
  try {
    process.stdin.on('error', end).on('end', end).resume();
  } catch {
    // Without the pipe nothing would tell of the coordinator's end.
    end();
  }
}

async function conclude(spec: ShimSpec, exitFile: number, record: ExitRecord): Promise<void> {
  await endStragglers();
  try {
    writeSync(
      exitFile,
      JSON.stringify(record)
        .padEnd(exitRecordBytes - 1)
        .concat('\n'),
      0,
    );
    // Not synced: after a loss of power the repository tells what the engine made, and a disk that is busy with the
    // backup itself would hold up the end of every run.
    renameSync(`${spec.spool.exit}.new`, spec.spool.exit);
    // Its end tells the coordinator sooner than the end of this process, which takes some milliseconds.
    closeSync(answerEnd);
  } finally {
    // Node would take some milliseconds to tidy up, and the coordinator waits for them.
    process.kill(process.pid, 'SIGKILL');
  }
}

/** Whoever sees the exit record may rely on it that nobody of the engine's tree is left. */
async function endStragglers(): Promise<void> {
  for (const signal of [undefined, 'SIGTERM', 'SIGKILL'] as const) {
    for (let waited = 0; waited <= stragglerMs; waited += 20) {
      const left = sessionMembers();
      if (left.length === 0) return;
      if (waited === 0 || signal === 'SIGKILL') for (const pid of left) send(pid, signal);
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
  }
}

function send(pid: number, signal: NodeJS.Signals | undefined): void {
  if (signal === undefined) return;
  try {
    process.kill(pid, signal);
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has just ended.
  }
}

function sessionMembers(): readonly number[] {
  const others = livingProcesses().filter(({ pid, session }) => session === process.pid && pid !== process.pid);
  return others.map(({ pid }) => pid);
}

function ignoreSignals(): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE', 'SIGUSR1'] as const) process.on(signal, () => undefined);
}

/** Keeps memory, and the secrets in it, out of core files. The engine inherits this. */
function withoutCoreContents(): void {
  try {
    const filter = openSync('/proc/self/coredump_filter', 'w');
    writeSync(filter, '0');
    closeSync(filter);
  } catch {
    // Not Linux, or not allowed: core files are then the administrator's choice.
  }
}

function fail(error: unknown): void {
  const errno = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  answer({ type: 'failed', errno, message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

/** A coordinator that is gone by now reads nothing; that changes nothing for the engine. */
function answer(line: ShimAnswer): void {
  try {
    writeSync(answerEnd, `${JSON.stringify(line)}\n`);
  } catch {
    // Nobody listens.
  }
}

function writeByRename(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'wx', 0o600);
  try {
    writeSync(file, `${text}\n`);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
