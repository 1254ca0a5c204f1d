import {
  isUmbraError,
  type CallOptions,
  type Clock,
  type Conversation,
  type ConversationReader,
  type EngineCommand,
  type EngineExit,
  type EngineLimits,
  type EngineProcess,
  type EngineProcesses,
  type Log,
  type ProcessIdentity,
  type ProcessTable,
  type SupervisedOptions,
  type UmbraError,
} from '@umbracore/contracts';
import { call } from './call.ts';
import { converse } from './converse.ts';
import { errnoOf } from './errno.ts';
import { descriptorContents, refuseNul, revealedEnvironment, spawnFailure } from './command.ts';
import { PauseGuards } from './pause-guards.ts';
import { holdsBack } from './scheduling.ts';
import { ShimProcess } from './shim-process.ts';
import type { ShimAnswer, ShimSpec } from './shim-protocol.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { claimSpool, isClaimed, readIdentity, releaseSpool, spoolIn, type Spool } from './spool.ts';
import { ownProgram, startShim, type ShimProgram, type StartedShim } from './start-shim.ts';
import { SupervisedEngine } from './supervised-engine.ts';
import { systemProcessTable } from './system-process-table.ts';

export interface EngineProcessesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The system's by default. */
  readonly processTable?: ProcessTable | undefined;
  /** The shim program; by default the one that belongs to this file. */
  readonly shimPath?: string | undefined;
  /** The Node program that runs shims; by default the one that runs this process. */
  readonly nodePath?: string | undefined;
  /** One that was started already, for the first engine. */
  readonly shim?: StartedShim | undefined;
  /** An engine that somebody stopped for so long goes on, whoever is gone; ten minutes by default. */
  readonly longestStopMs?: number | undefined;
}

/** With the five minutes after which restic refreshes its lock well below the 22 after which it gives it up. */
const longestStopMs = 10 * 60_000;

export function createEngineProcesses(options: EngineProcessesOptions): EngineProcesses {
  return new SupervisedEngines(options);
}

class SupervisedEngines implements EngineProcesses {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #table: ProcessTable;
  readonly #program: ShimProgram;
  readonly #longestStopMs: number;
  readonly #guards: PauseGuards;
  readonly #signs: SignsOfLife;
  #ready: ShimProcess | undefined;

  constructor({ clock, log, processTable, shimPath, nodePath, shim, ...rest }: EngineProcessesOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#table = processTable ?? systemProcessTable();
    this.#longestStopMs = rest.longestStopMs ?? longestStopMs;
    this.#guards = new PauseGuards(this.#longestStopMs);
    this.#signs = new SignsOfLife(clock);
    const own = ownProgram();
    this.#program = { nodePath: nodePath ?? own.nodePath, shimPath: shimPath ?? own.shimPath };
    if (shim !== undefined) this.#ready = new ShimProcess(shim);
  }

  prepare(): void {
    if (this.#ready === undefined || this.#ready.hasEnded) this.#ready = this.#newShim();
  }

  dismiss(): void {
    this.#ready?.kill();
    this.#ready = undefined;
  }

  async start(command: EngineCommand, options: SupervisedOptions): Promise<EngineProcess> {
    refuseNul(command);
    const spool = spoolIn(options.spool);
    const shim = this.#takeShim();
    const identity = shim.pid === undefined ? undefined : this.#table.identify(shim.pid);
    // Without its start time a shim would count as dead, and its engine's end as one that nobody saw.
    if (identity === undefined || identity.startTime === '') {
      shim.kill();
      await shim.waitForEnd();
      throw spawnFailure(command, shim.errno ?? 'EAGAIN');
    }
    try {
      // Before the shim has work: whoever finds no shim here may rely on it that no engine will appear.
      claimSpool(spool, identity);
    } catch (error) {
      shim.kill();
      if (isUmbraError(error)) throw error;
      throw spawnFailure(command, errnoOf(error), { cause: error, folder: spool.folder });
    }
    const engine = new SupervisedEngine({
      spool,
      shim: identity,
      news: [shim.silent, shim.ended],
      clock: this.#clock,
      table: this.#table,
      guards: this.#guards,
      signs: this.#signs,
    });
    const answer = await shim.work(
      specOf(command, { ...options, longestStopMs: this.#longestStopMs }, identity, spool),
      this.#clock,
    );
    if (answer?.type !== 'started') throw await this.#giveUp({ shim, engine, command, spool }, answer);
    this.#log.debug({ spool: spool.folder, shim: identity.pid, program: command.program }, 'engine started');
    if (options.limits !== undefined) await this.#holdBack(engine, options.limits);
    return engine;
  }

  async find(path: string): Promise<EngineProcess | undefined> {
    const spool = spoolIn(path);
    if (!isClaimed(spool)) return undefined;
    const shim = readIdentity(spool.shim);
    return new SupervisedEngine({
      spool,
      shim,
      clock: this.#clock,
      table: this.#table,
      guards: this.#guards,
      signs: this.#signs,
    });
  }

  /** Only now: on a busy machine a shim that gives way to everybody would not come to answer in time. */
  async #holdBack(engine: SupervisedEngine, limits: EngineLimits): Promise<void> {
    if (!holdsBack(limits)) return;
    const unapplied = await engine.adjust(limits);
    if (unapplied.length > 0) this.#log.debug({ unapplied }, 'an engine is not held back as it should be');
  }

  call(command: EngineCommand, options: CallOptions, signal?: AbortSignal): Promise<EngineExit> {
    return call(command, options, this.#clock, signal);
  }

  converse(command: EngineCommand, reader: ConversationReader): Promise<Conversation> {
    return converse(command, reader, this.#clock);
  }

  #takeShim(): ShimProcess {
    const ready = this.#ready;
    this.#ready = undefined;
    // One that was killed a moment ago is not known to have ended yet.
    const isUsable = ready?.pid === undefined || this.#table.identify(ready.pid) !== undefined;
    return ready === undefined || ready.hasEnded || !isUsable ? this.#newShim() : ready;
  }

  #newShim(): ShimProcess {
    return new ShimProcess(startShim(this.#program));
  }

  /** Settles a start that went wrong: nobody of it runs any more when this resolves. */
  async #giveUp(attempt: StartAttempt, answer: FailedAnswer | undefined): Promise<UmbraError> {
    const { shim, engine, command, spool } = attempt;
    // Without an answer it is not known whether the engine was started: the spool stays taken.
    if (answer === undefined) shim.kill();
    await shim.waitForEnd();
    if (answer === undefined) {
      await engine.kill();
      return spawnFailure(command, 'ETIMEDOUT');
    }
    releaseSpool(spool);
    return spawnFailure(command, answer.errno, { cause: new Error(answer.message), folder: spool.folder });
  }
}

type FailedAnswer = Extract<ShimAnswer, { readonly type: 'failed' }>;

interface StartAttempt {
  readonly shim: ShimProcess;
  readonly engine: SupervisedEngine;
  readonly command: EngineCommand;
  readonly spool: Spool;
}

function specOf(
  command: EngineCommand,
  { orphanPolicy, longestStopMs }: SupervisedOptions & Pick<ShimSpec, 'longestStopMs'>,
  shim: ProcessIdentity,
  spool: Spool,
): ShimSpec {
  return {
    longestStopMs,
    program: command.program,
    args: command.args,
    env: revealedEnvironment(command),
    descriptors: descriptorContents(command).map(({ name, content }) => ({
      name,
      content: content.toString('base64'),
    })),
    cwd: command.cwd,
    orphanPolicy,
    bootId: shim.bootId,
    host: shim.host,
    pids: shim.pids,
    spool: { folder: spool.folder, stdout: spool.stdout, stderr: spool.stderr, engine: spool.engine, exit: spool.exit },
  };
}
