import {
  isInSightOf,
  type Clock,
  type EngineExit,
  type EngineLimits,
  type EngineProcess,
  type OutputReader,
  type ProcessIdentity,
  type ProcessTable,
} from '@umbracore/contracts';
import type { AnswerTo } from '../protocol/answers.ts';
import type { FieldsOf, Verb } from '../protocol/requests.ts';
import { BridgeConnection, isAway } from './connection.ts';
import { limitsOf } from './limits.ts';
import { Lines } from './lines.ts';

/** A program that was replaced or killed is tried again so often. */
const againMs = 500;
/** With the engine gone and nobody to tell how it ended, so long. */
const patienceMs = 60_000;

export interface BridgedEngineOptions {
  readonly id: string;
  readonly socket: string;
  readonly engine: ProcessIdentity | null;
  /** Nobody of it was left when it was found. */
  readonly ended: boolean;
  readonly clock: Clock;
  readonly processTable: ProcessTable;
}

/**
 * An engine that somebody with more rights started, and follows for us. The program may go and come back meanwhile: what was read
 * is not read again.
 */
export class BridgedEngine implements EngineProcess {
  readonly #options: BridgedEngineOptions;
  #engine: ProcessIdentity | null;
  #exit: EngineExit | undefined;

  constructor(options: BridgedEngineOptions) {
    this.#options = options;
    this.#engine = options.engine;
  }

  identity(): ProcessIdentity | undefined {
    return this.#engine ?? undefined;
  }

  isAtWork(): boolean {
    if (this.#options.ended || this.#engine === null) return false;
    const { processTable } = this.#options;
    // Whoever started it may be in another container: what cannot be seen is not taken for ended.
    return processTable.isAlive(this.#engine) || !isInSightOf(processTable.self(), this.#engine);
  }

  async follow(reader: OutputReader, signal?: AbortSignal): Promise<EngineExit> {
    const stdout = new Lines((line) => reader.stdout?.(line));
    const stderr = new Lines((line) => reader.stderr?.(line));
    const from = { stdout: 0, stderr: 0 };
    const take = (piece: { readonly stdout: Buffer; readonly stderr: Buffer }): void => {
      from.stdout += piece.stdout.length;
      from.stderr += piece.stderr.length;
      stdout.push(piece.stdout);
      stderr.push(piece.stderr);
    };
    this.#exit = await this.#readToEnd(from, take, signal);
    stdout.end();
    stderr.end();
    return this.#exit;
  }

  async interrupt(graceMs: number): Promise<void> {
    await this.#end('interrupt', { id: this.#options.id, graceMs: Math.round(graceMs) });
  }

  async kill(): Promise<void> {
    if (this.#options.ended) return;
    await this.#end('kill', { id: this.#options.id });
  }

  async pause(): Promise<boolean> {
    if (this.#options.ended) return false;
    try {
      return (await this.#ask('pause', { id: this.#options.id })).paused;
    } catch (error) {
      if (isAway(error)) return false;
      throw error;
    }
  }

  /** Not given up while the program is replaced: an engine that stands still holds its lock. */
  async resume(): Promise<void> {
    const { clock, id, ended } = this.#options;
    if (ended) return;
    for (const end = clock.monotonicMs() + patienceMs; ; await clock.sleep(againMs)) {
      try {
        await this.#ask('resume', { id });
        return;
      } catch (error) {
        if (!isAway(error) || clock.monotonicMs() > end) throw error;
        if (this.#isGone()) return;
      }
    }
  }

  async adjust(limits: EngineLimits): Promise<readonly string[]> {
    try {
      return (await this.#ask('adjust', { id: this.#options.id, limits: limitsOf(limits) })).unapplied;
    } catch (error) {
      if (isAway(error)) return ['the program that started the engine does not answer'];
      throw error;
    }
  }

  async #ask<V extends Verb>(verb: V, fields: FieldsOf<V>): Promise<AnswerTo<V>> {
    using connection = await BridgeConnection.open(this.#options.socket);
    return await connection.ask(verb, fields);
  }

  async #end<V extends 'interrupt' | 'kill'>(verb: V, fields: FieldsOf<V>): Promise<void> {
    await this.#ask(verb, fields);
    if (this.#exit === undefined) this.#exit = await this.#readToEnd(beyondAll, () => undefined);
  }

  async #readToEnd(
    from: { readonly stdout: number; readonly stderr: number },
    take: (piece: { readonly stdout: Buffer; readonly stderr: Buffer }) => void,
    signal?: AbortSignal,
  ): Promise<EngineExit> {
    const { clock } = this.#options;
    for (let lostAt: number | undefined; ;) {
      signal?.throwIfAborted();
      try {
        return await this.#readOnce(from, take, signal);
      } catch (error) {
        if (!isAway(error)) throw error;
        lostAt = this.#isGone() ? (lostAt ?? clock.monotonicMs()) : undefined;
        // How it ended is lost, what it made is not: the repository is asked for that.
        if (lostAt !== undefined && clock.monotonicMs() - lostAt > patienceMs) return lost;
      }
      await clock.sleep(againMs, signal);
    }
  }

  async #readOnce(
    from: { readonly stdout: number; readonly stderr: number },
    take: (piece: { readonly stdout: Buffer; readonly stderr: Buffer }) => void,
    signal?: AbortSignal,
  ): Promise<EngineExit> {
    using connection = await BridgeConnection.open(this.#options.socket, signal);
    for (;;) {
      signal?.throwIfAborted();
      const { id } = this.#options;
      const output = await connection.ask('read', { id, ...from });
      this.#engine = output.engine ?? this.#engine;
      take({ stdout: Buffer.from(output.stdout, 'base64'), stderr: Buffer.from(output.stderr, 'base64') });
      const { exit } = output;
      if (exit !== null) return { code: exit.code ?? undefined, signal: exit.signal ?? undefined, lost: exit.lost };
    }
  }

  #isGone(): boolean {
    return this.#engine === null || !this.#options.processTable.isAlive(this.#engine);
  }
}

/** Only how it ends is waited for. */
const beyondAll = { stdout: 2 ** 48, stderr: 2 ** 48 };

const lost: EngineExit = { code: undefined, signal: undefined, lost: true };
