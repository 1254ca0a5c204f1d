import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BackendHost,
  type BackendRepository,
  type CallOptions,
  type EngineExit,
  type EngineProcess,
  isUmbraError,
  type JsonObject,
  type Operation,
  type OutputLine,
  type UmbraError,
} from '@umbracore/contracts';
import { buildCommand, interruptGraceMs, type Call } from './command.ts';
import { borgCache } from './environment.ts';
import { classify, type Verdict } from './exit-codes.ts';
import { parseLocation, type Location } from './location.ts';
import { createMask, type Mask } from './mask.ts';
import { describeFailure } from './messages.ts';
import { Transcript } from './transcript.ts';
import { findProgram, type Program } from './version-probe.ts';

/** Receives what an operation is interested in, while it runs. Must not throw. */
export interface Reader {
  stdout?(line: OutputLine): void;
  /** A line of the log, decoded. */
  log?(message: JsonObject): void;
}

export interface ReadOptions extends Reader {
  readonly deadlineMs?: number | undefined;
  /** Raw standard output instead of lines. */
  onData?(chunk: Uint8Array): void | Promise<void>;
}

/** How a call of borg went. */
export interface Ended {
  readonly command: string;
  readonly exit: EngineExit;
  readonly verdict: Verdict;
}

/** Reading a large repository over a slow line takes long; an endless wait is what must not happen. */
const readDeadlineMs = 30 * 60_000;

/** Starts borg on one repository and says how it went. Holds no state between calls. */
export class Borg {
  readonly repository: BackendRepository;
  readonly host: BackendHost;
  readonly mask: Mask;

  constructor(repository: BackendRepository, host: BackendHost) {
    this.repository = repository;
    this.host = host;
    this.mask = createMask(repository);
  }

  get name(): string {
    return this.repository.definition.name;
  }

  get location(): Location {
    return parseLocation(this.repository.definition.location, this.name);
  }

  program({ signal }: Operation): Promise<Program> {
    return findProgram(this.host, signal);
  }

  /** Runs a command that changes nothing. It is ended when the signal aborts, and when the deadline passes. */
  async read(call: Call, options: ReadOptions, operation: Operation): Promise<Ended> {
    this.#throwIfCancelled(call.name, operation);
    const { path } = await this.program(operation);
    await this.#makeFolders();
    const command = buildCommand(path, this.repository, this.host, call, operation.limits);
    const transcript = new Transcript(this.mask, operation.note);
    try {
      const exit = await this.host.processes.call(command, callOptions(options, transcript), operation.signal);
      return this.#end(call.name, exit, transcript, operation.signal?.aborted === true);
    } catch (error) {
      if (!isUmbraError(error) || error.code !== 'engine.stalled') throw error;
      const code = this.location.kind === 'remote' ? 'repository.unreachable' : 'engine.stalled';
      const verdict = { type: 'failed', code, id: undefined, text: 'no answer before the deadline' } as const;
      return { command: call.name, exit: { code: undefined, signal: undefined, lost: false }, verdict };
    }
  }

  /**
   * Runs a command that may change something, under a shim. When the signal aborts it is interrupted, killed if it does
   * not end within its grace, and a lock it left is removed.
   */
  async supervise(call: Call, reader: Reader, operation: Operation): Promise<Ended> {
    this.#throwIfCancelled(call.name, operation);
    const { path } = await this.program(operation);
    await this.#makeFolders();
    const command = buildCommand(path, this.repository, this.host, call, operation.limits);
    const own = operation.spool === undefined ? await mkdtemp(join(this.host.scratchDir, 'borg-')) : undefined;
    const spool = operation.spool ?? join(own ?? '', 'spool');
    const orphanPolicy = operation.orphanPolicy ?? (own === undefined ? 'adopt' : 'die');
    try {
      const engine = await this.host.processes.start(command, { spool, orphanPolicy, limits: operation.limits });
      return await this.follow(engine, call.name, reader, operation);
    } finally {
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    }
  }

  /** Follows an engine from its first byte to its end. */
  async follow(engine: EngineProcess, command: string, reader: Reader, operation: Operation): Promise<Ended> {
    const transcript = new Transcript(this.mask, operation.note);
    const { signal } = operation;
    let interrupting: Promise<void> | undefined;
    const interrupt = (): void => {
      interrupting ??= engine.interrupt(interruptGraceMs);
      // Awaited below; a failure must not count as unhandled until then.
      interrupting.catch(() => undefined);
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    if (signal?.aborted === true) interrupt();
    try {
      const exit = await engine.follow({
        stdout: (line) => reader.stdout?.(line),
        stderr: stderrReader(transcript, reader),
      });
      await interrupting;
      if (interrupting !== undefined && exit.code === undefined) {
        const { removeLocksOf } = await import('./operations/remove-locks.ts');
        await removeLocksOf(this, engine.identity());
      }
      return this.#end(command, exit, transcript, interrupting !== undefined);
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

  #end(command: string, exit: EngineExit, { lines }: Transcript, interrupted: boolean): Ended {
    return { command, exit, verdict: classify({ exit, interrupted, lines }) };
  }

  #throwIfCancelled(command: string, { signal }: Operation): void {
    if (signal?.aborted !== true) return;
    throw describeFailure('run.cancelled', { what: command, repository: this.name, text: '' });
  }

  async #makeFolders(): Promise<void> {
    await mkdir(this.host.scratchDir, { recursive: true, mode: 0o700 });
    // borg cannot work without it: what is wrong with it, it says itself.
    await mkdir(borgCache(this.host), { recursive: true, mode: 0o700 }).catch(() => undefined);
  }
}

/** The transcript reads every line, whether anybody else wants it or not. */
function stderrReader(transcript: Transcript, reader: Reader): (line: OutputLine) => void {
  return (line) => {
    const message = transcript.read(line);
    if (message !== undefined) reader.log?.(message);
  };
}

function callOptions(options: ReadOptions, transcript: Transcript): CallOptions {
  const { deadlineMs = readDeadlineMs } = options;
  const stderr = stderrReader(transcript, options);
  if (options.onData === undefined) return { deadlineMs, stdout: (line) => options.stdout?.(line), stderr };
  return { deadlineMs, onData: (chunk) => options.onData?.(chunk), stderr };
}
