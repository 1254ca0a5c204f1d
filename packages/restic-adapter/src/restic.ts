import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BackendHost,
  type BackendRepository,
  type CallOptions,
  type EngineCommand,
  type EngineExit,
  type EngineProcess,
  isUmbraError,
  type JsonObject,
  type Operation,
  type OutputLine,
  type UmbraError,
} from '@umbracore/contracts';
import { cacheProblem } from './cache-problem.ts';
import { buildCommand, interruptGraceMs, type Call } from './command.ts';
import { writeNote, type EngineNote } from './engine-note.ts';
import type { Features } from './features.ts';
import { classify, type Verdict } from './exit-codes.ts';
import { parseLocation, type Location } from './location.ts';
import { hasConfig, lockHindrance } from './local-repository.ts';
import { createMask, type Mask } from './mask.ts';
import { describeFailure } from './messages.ts';
import { Reach } from './reach.ts';
import { Transcript } from './transcript.ts';
import { findProgram, type Program } from './version-probe.ts';

/** Receives what an operation is interested in, while it runs. Must not throw. */
export interface Reader {
  /** restic runs: until then nothing is to hold it up. */
  started?(): void;
  stdout?(line: OutputLine): void;
  /** `message` is the line decoded, if it is JSON and not restic's last word. */
  stderr?(line: OutputLine, message: JsonObject | undefined): void;
}

export interface ReadOptions extends Reader {
  readonly deadlineMs?: number | undefined;
  /** Raw standard output instead of lines. */
  onData?(chunk: Uint8Array): void | Promise<void>;
}

/** How a call of restic went. */
export interface Ended {
  readonly command: string;
  readonly exit: EngineExit;
  readonly verdict: Verdict;
  /** Of the version that ran. */
  readonly features: Features;
}

/** A supervised call of restic that runs, or has ended. */
export interface Running {
  readonly engine: EngineProcess;
  readonly command: string;
  /** Of the version that runs. */
  readonly features: Features;
}

/** A command line, and the version that it is for. */
export interface Prepared {
  readonly command: EngineCommand;
  readonly features: Features;
}

type Spooled = Operation & { readonly spool: string };

/** Reading a large repository over a slow line takes long; an endless wait is what must not happen. */
const readDeadlineMs = 30 * 60_000;

/** Starts restic on one repository and says how it went. Holds no state between calls. */
export class Restic {
  readonly repository: BackendRepository;
  readonly host: BackendHost;
  readonly location: Location;
  readonly mask: Mask;

  /** `others` are repositories whose secrets must not be seen either. */
  constructor(repository: BackendRepository, host: BackendHost, others: readonly BackendRepository[] = []) {
    this.repository = repository;
    this.host = host;
    this.location = parseLocation(repository.definition.location);
    this.mask = createMask([repository, ...others]);
  }

  get name(): string {
    return this.repository.definition.name;
  }

  program(operation: Operation): Promise<Program> {
    return findProgram(this.host, operation.signal);
  }

  /**
   * Runs a command that changes nothing, without a lock. It is ended when the signal aborts, when the deadline passes, and when a
   * repository elsewhere cannot be reached.
   */
  async read(call: Call, options: ReadOptions, operation: Operation): Promise<Ended> {
    this.#throwIfCancelled(call.name, operation);
    const [program, cache, repository] = await this.#toCall(call, operation);
    const command = buildCommand(program.path, repository, this.host, { cache, ...withFlag(call, '--no-lock') });
    const transcript = new Transcript(this.mask, operation.note);
    const reach = new Reach();
    const outcome = await this.#call(command, callOptions(options, transcript, reach), operation, reach);
    const { features } = program;
    if ('late' in outcome) return this.#late(call.name, features, outcome.late);
    return await this.#end(call.name, outcome, features, transcript, operation.signal?.aborted === true);
  }

  /** What every call needs. None of it waits for another. */
  #toCall({ program }: Call, operation: Operation): Promise<readonly [Program, boolean, BackendRepository]> {
    return Promise.all([program ?? this.program(operation), this.#makeFolders(), quicklyOpened(this.repository)]);
  }

  async #call(
    command: EngineCommand,
    options: CallOptions,
    { signal }: Operation,
    reach: Reach,
  ): Promise<EngineExit | { readonly late: string }> {
    const either = signal === undefined ? reach.signal : AbortSignal.any([signal, reach.signal]);
    try {
      return await this.host.processes.call(command, options, either);
    } catch (error) {
      if (isUmbraError(error) && error.code === 'engine.stalled') return { late: 'no answer before the deadline' };
      if (reach.problem === undefined || signal?.aborted === true) throw error;
      return { late: this.mask(reach.problem) };
    }
  }

  /**
   * Runs a command that may change something, under a shim. When the signal aborts it is interrupted, killed if it does
   * not end within its grace, and a lock it left is removed.
   */
  async supervise(call: Call, reader: Reader, operation: Operation): Promise<Ended> {
    this.#throwIfCancelled(call.name, operation);
    const [{ command, features }] = await Promise.all([this.prepare(call, operation), this.#demandWritable(call)]);
    const own = operation.spool === undefined ? await mkdtemp(join(this.host.scratchDir, 'restic-')) : undefined;
    const spool = operation.spool ?? join(own ?? '', 'spool');
    const orphanPolicy = operation.orphanPolicy ?? (own === undefined ? 'adopt' : 'die');
    try {
      if (own === undefined) writeNote(spool, { features, expected: call.expected }, this.host.log);
      const engine = await this.host.processes.start(command, { spool, orphanPolicy, limits: operation.limits });
      return await this.follow({ engine, command: call.name, features }, reader, operation);
    } finally {
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    }
  }

  /** The command line of a call, ready to be started by whoever may. */
  async prepare(call: Call, operation: Operation): Promise<Prepared> {
    const [{ path, features }, cache, repository] = await this.#toCall(call, operation);
    const command = buildCommand(path, repository, this.host, { cache, limits: operation.limits, ...call });
    return { command, features };
  }

  /** Follows an engine that somebody with more rights has started, as one of our own. */
  async followStarted(
    { engine, command, features, expected }: Running & Pick<EngineNote, 'expected'>,
    reader: Reader,
    operation: Spooled,
  ): Promise<Ended> {
    writeNote(operation.spool, { features, expected }, this.host.log);
    return await this.follow({ engine, command, features }, reader, operation);
  }

  /** Follows an engine from its first byte to its end. */
  async follow({ engine, command, features }: Running, reader: Reader, operation: Operation): Promise<Ended> {
    const transcript = new Transcript(this.mask, operation.note);
    const { signal } = operation;
    let interrupting: Promise<void> | undefined;
    const interrupt = (): void => {
      interrupting ??= engine.interrupt(interruptGraceMs(this.repository, operation.limits));
      // Awaited below; a failure must not count as unhandled until then.
      interrupting.catch(() => undefined);
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    if (signal?.aborted === true) interrupt();
    reader.started?.();
    try {
      const exit = await engine.follow({
        stdout: (line) => reader.stdout?.(line),
        stderr: stderrReader(transcript, reader),
      });
      await interrupting;
      // One that ends in order leaves its lock too if it is told to just as it makes it (0.14). Elsewhere asking takes too long for that.
      if (interrupting !== undefined && (exit.code === undefined || this.location.kind === 'local')) {
        const { removeLocksOf } = await import('./operations/remove-locks.ts');
        await removeLocksOf(this, engine.identity());
      }
      return await this.#end(command, exit, features, transcript, interrupting !== undefined);
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  }

  /** The error of a call that failed; undefined if it did not. */
  failure({ command, verdict }: Ended): UmbraError | undefined {
    if (verdict.type !== 'failed') return undefined;
    return describeFailure(verdict.code, { what: command, repository: this.name, text: verdict.text });
  }

  throwIfFailed(ended: Ended): void {
    const failure = this.failure(ended);
    if (failure !== undefined) throw failure;
  }

  async #end(
    command: string,
    exit: EngineExit,
    features: Features,
    transcript: Transcript,
    interrupted: boolean,
  ): Promise<Ended> {
    const { exitError, lines } = transcript;
    const verdict = await this.#unlessGone(classify({ command, exit, interrupted, exitError, lines, features }));
    return { command, exit, verdict, features };
  }

  /** Of a disk that is taken away while it is read every file is missing: that is no damage. */
  async #unlessGone(verdict: Verdict): Promise<Verdict> {
    const mayBeGone = verdict.type === 'failed' && verdict.code === 'repository.damaged';
    if (!mayBeGone || this.location.kind !== 'local') return verdict;
    return (await hasConfig(this.location.path)) === false ? { ...verdict, code: 'repository.absent' } : verdict;
  }

  /** Since 0.17 restic tries for a quarter of an hour and more to reach a dead server, in silence. */
  #late(command: string, features: Features, text: string): Ended {
    const code = this.location.kind === 'remote' ? 'repository.unreachable' : 'engine.stalled';
    const exit = { code: undefined, signal: undefined, lost: false };
    return { command, exit, features, verdict: { type: 'failed', code, text, last: text } };
  }

  /** Of what takes a lock. */
  async #demandWritable({ name: what, flags = [] }: Call): Promise<void> {
    if (flags.includes('--no-lock') || flags.includes('--dry-run')) return;
    if ((await lockHindrance(this.location)) !== 'read-only') return;
    throw describeFailure('repository.permission', { what, repository: this.name, text: 'read-only file system' });
  }

  #throwIfCancelled(command: string, { signal }: Operation): void {
    if (signal?.aborted !== true) return;
    throw describeFailure('run.cancelled', { what: command, repository: this.name, text: '' });
  }

  /** Whether the cache can be used. */
  async #makeFolders(): Promise<boolean> {
    const { scratchDir, cacheDir, log } = this.host;
    await mkdir(scratchDir, { recursive: true, mode: 0o700 });
    const problem = await cacheProblem(cacheDir);
    if (problem !== undefined) log.warn({ cacheDir, error: problem }, 'restic works without its cache');
    return problem === undefined;
  }
}

/** The repository with what opens it soonest at this moment. */
export async function quicklyOpened(repository: BackendRepository): Promise<BackendRepository> {
  const { access, password } = repository;
  if (access === undefined || password === undefined) return repository;
  return { ...repository, ...(await access.opener(password)) };
}

export const withFlag = (call: Call, flag: string): Call => ({ ...call, flags: [flag, ...(call.flags ?? [])] });

/** The transcript reads every line, whether anybody else wants it or not. */
function stderrReader(transcript: Transcript, reader: Reader): (line: OutputLine) => void {
  return (line) => {
    const message = transcript.read(line);
    reader.stderr?.(line, message);
  };
}

function callOptions(options: ReadOptions, transcript: Transcript, reach: Reach): CallOptions {
  const { deadlineMs = readDeadlineMs } = options;
  const read = stderrReader(transcript, options);
  const stderr = (line: OutputLine): void => {
    read(line);
    reach.stderr(line);
  };
  if (options.onData === undefined) {
    const stdout = (line: OutputLine): void => {
      reach.answered();
      options.stdout?.(line);
    };
    return { deadlineMs, stderr, stdout };
  }
  const onData = (chunk: Uint8Array): void | Promise<void> => {
    reach.answered();
    return options.onData?.(chunk);
  };
  return { deadlineMs, stderr, onData };
}
