import type { Instant } from './time.ts';
import type { OrphanPolicy } from './job.ts';
import type { Secret } from './secret.ts';
import type { EngineLimits } from './throttle.ts';

/**
 * A process that can be told from every other one, also from a later one with the same pid:
 * the pid, when it started, and the boot it belongs to.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the kernel's own unit (clock ticks since boot on Linux), as text. */
  readonly startTime: string;
  readonly bootId: string;
  readonly host: string;
  /** Which of the host's numberings its pid is of, where there are several (the pid namespace on Linux). */
  readonly pids?: string | undefined;
}

/**
 * Whether a process would be seen by another one if it ran: on the same host, and with its pid of the same numbering. One of an
 * earlier boot counts as seen: it runs nowhere. Of others nothing is known here.
 */
export const isInSightOf = (self: ProcessIdentity, { host, bootId, pids }: ProcessIdentity): boolean =>
  host === self.host && (bootId !== self.bootId || pids === undefined || self.pids === undefined || pids === self.pids);

/** What the operating system knows about processes. */
export interface ProcessTable {
  /** This process. */
  self(): ProcessIdentity;
  /** The process that has this pid now. */
  identify(pid: number): ProcessIdentity | undefined;
  /**
   * True only if exactly this process runs now (a zombie does not). A process of another host or of another numbering is never
   * alive here: see `isInSightOf`.
   */
  isAlive(identity: ProcessIdentity): boolean;
  /** When the process that has this pid now was started; undefined if there is none or the system does not tell. */
  startedAt(pid: number): Instant | undefined;
}

/** A program to run: arguments are passed as they are, no shell is involved. */
export interface EngineCommand {
  /** Absolute path of the executable. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the engine: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Environment whose values must not be stored or printed. */
  readonly secretEnv?: Readonly<Record<string, Secret>> | undefined;
  /**
   * Contents handed over as inherited descriptors of unlinked files. `{fd:NAME}` in an argument or an environment value
   * becomes `/dev/fd/N` of the content with that name, and `{fd-number:NAME}` becomes N alone.
   */
  readonly descriptors?: Readonly<Record<string, Secret | Uint8Array>> | undefined;
  /** Working folder of the engine. */
  readonly cwd: string;
}

/** How an engine ended. Exactly one of `code` and `signal` is set if the end was seen, none if nobody saw it. */
export interface EngineExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** True if the exit status could not be captured, for instance because the shim was killed. */
  readonly lost: boolean;
}

/** One line of output without its line break, cut at a limit; invalid UTF-8 becomes U+FFFD. */
export type OutputLine = string;

/** Receives output while an engine works. Called in order; must not throw. */
export interface OutputReader {
  stdout?(line: OutputLine): void;
  stderr?(line: OutputLine): void;
}

/** An engine that runs, or ran, under a shim with its output in a spool folder. It outlives the coordinator. */
export interface EngineProcess {
  /** The engine itself; undefined until it is known. */
  identity(): ProcessIdentity | undefined;
  /** Whether it works, as far as can be told at once: one that cannot be seen from here does as long as its shim shows life. */
  isAtWork(): boolean;
  /**
   * Feeds the spooled output from its first byte, follows it until the engine has ended, then resolves.
   * Aborting the signal stops following, never the engine.
   */
  follow(reader: OutputReader, signal?: AbortSignal): Promise<EngineExit>;
  /** Interrupts the engine itself (SIGINT), and kills what is left of its process tree after `graceMs`. */
  interrupt(graceMs: number): Promise<void>;
  /** Kills the whole process tree now. */
  kill(): Promise<void>;
  /**
   * Stops the engine and its children where they are. They hold their locks meanwhile, so whoever pauses resumes in time. They go
   * on by themselves when this process is gone, however it ended, and after ten minutes. False if they could not be stopped
   * like that, or if whoever could stop them does not answer.
   */
  pause(): Promise<boolean>;
  /** Continues what was paused, by whomever. */
  resume(): Promise<void>;
  /** Changes priorities and the share of the processors while it runs; gives what could not be done, a sentence each. */
  adjust(limits: EngineLimits): Promise<readonly string[]>;
}

export interface SupervisedOptions {
  /** Folder for output, identities and exit status; made if absent. One engine per folder, ever. */
  readonly spool: string;
  readonly orphanPolicy: OrphanPolicy;
  /** What the engine and its children begin with: priorities and the share of the processors. */
  readonly limits?: EngineLimits | undefined;
}

export interface CallOptions extends OutputReader {
  /** The call is killed when it takes longer. */
  readonly deadlineMs: number;
  /** Receives raw standard output instead of lines. */
  readonly onData?: ((chunk: Uint8Array) => void | Promise<void>) | undefined;
}

/** Receives what a program says, line by line. Nothing more is read while it is at work. */
export interface ConversationReader {
  stdout(line: OutputLine): void | Promise<void>;
  stderr?(line: OutputLine): void;
  /** Longer lines lose their end; 1 MiB if absent. */
  readonly lineLimitBytes?: number | undefined;
}

/** A program that is talked to over its input and output. It ends with this process. */
export interface Conversation {
  /** A line for its input; whether it takes it is seen by what it answers. */
  send(line: string): void;
  /** No more lines come: a program that ends at the end of its input ends now. */
  finish(): void;
  /** How it ended, once all that it said has been read. Rejects if a reader throws. */
  readonly ended: Promise<EngineExit>;
  /** Kills everyone who works for it. Resolves when nobody is left. */
  kill(): Promise<void>;
}

/** Runs engines. The only place where a backend's program is started. */
export interface EngineProcesses {
  /**
   * Gets a shim ready, so that the next `start` takes less time. It has no effect outside and ends with this process if it
   * is not used.
   */
  prepare(): void;
  /** Ends a shim that was got ready and not used: it takes as much memory as a program that works. */
  dismiss(): void;
  /** Starts an engine that outlives this process. Resolves once its shim has taken over. */
  start(command: EngineCommand, options: SupervisedOptions): Promise<EngineProcess>;
  /** The engine of a spool folder that an earlier coordinator left behind; undefined if none was ever started there. */
  find(spool: string): Promise<EngineProcess | undefined>;
  /** Runs a short reading command to its end, output through pipes. Aborting kills it. Throws `engine.spawn-failed`. */
  call(command: EngineCommand, options: CallOptions, signal?: AbortSignal): Promise<EngineExit>;
  /** Starts a program that is talked to. Throws `engine.absent` and `engine.spawn-failed`. */
  converse(command: EngineCommand, reader: ConversationReader): Promise<Conversation>;
}
