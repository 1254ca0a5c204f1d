import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  silentLog,
  type Clock,
  type EngineProcesses,
  type PrivilegedRole,
  type ProcessTable,
} from '@umbracore/contracts';
import { prove } from '../src/client/prove.ts';
import { AuditTrail } from '../src/program/audit.ts';
import { EngineRoom } from '../src/program/engines.ts';
import type { PolicyInput } from '../src/program/policy.ts';
import { PolicyFile } from '../src/program/policy-file.ts';
import { serve, type Serving } from '../src/program/serve.ts';
import { greetingSchema, type Greeting } from '../src/protocol/answers.ts';
import { answerLimitBytes, encodeFrame, FrameDecoder } from '../src/protocol/frame.ts';
import { protocolVersion } from '../src/protocol/requests.ts';

/** The real clock, of which tests have no other. */
const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, delayMs);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

export const us = process.getuid?.() ?? 0;

/** A program that is asked in this process, and that must never start anything. */
export class Stage implements AsyncDisposable {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-bridge-')));
  readonly socket = join(this.folder, 'it.sock');
  readonly proofs = join(this.folder, 'proofs');
  readonly auditFile = join(this.folder, 'audit.jsonl');
  readonly started: string[] = [];
  #serving: Serving | undefined;

  async open(role: PrivilegedRole = 'backup', policy: Partial<PolicyInput> = {}): Promise<this> {
    const policyFile = join(this.folder, 'helper.json');
    writeFileSync(policyFile, JSON.stringify({ version: 1, users: [us], engine: '/bin/true', ...policy }), {
      mode: 0o644,
    });
    mkdirSync(this.proofs, { recursive: true });
    const never = (what: string) => (): never => {
      this.started.push(what);
      throw new Error(`${what} was asked for`);
    };
    const processes: EngineProcesses = {
      prepare: () => undefined,
      dismiss: () => undefined,
      start: never('start'),
      call: never('call'),
      converse: never('converse'),
      find: () => Promise.resolve(undefined),
    };
    const processTable: ProcessTable = {
      self: () => ({ pid: 1, startTime: '1', bootId: 'b', host: 'h' }),
      identify: () => undefined,
      isAlive: () => false,
      startedAt: () => undefined,
    };
    const outputOf = (spool: string) => ({ stdout: join(spool, 'stdout.log'), stderr: join(spool, 'stderr.log') });
    const context = {
      role,
      version: '0.0.0',
      clock,
      log: silentLog,
      processes,
      stateDir: this.folder,
      uid: us,
      warnings: [],
      views: {
        dir: join(this.folder, 'views'),
        stateDir: this.folder,
        holder: ['/bin/false'],
        user: () => ({ uid: us, gid: 0 }),
        processTable,
        clock,
      },
      policy: new PolicyFile(policyFile),
      audit: new AuditTrail(this.auditFile, clock),
      engines: new EngineRoom({ dir: join(this.folder, 'engines'), processes, processTable, clock, outputOf }),
      secrets: { resolve: never('a secret') },
      commandsFor: never('a command'),
    };
    this.#serving = await serve({ context, listening: { path: this.socket }, proofDir: this.proofs });
    return this;
  }

  /** Every record so far. */
  audit(): readonly { readonly event: string; readonly verb: string; readonly why?: string }[] {
    try {
      return readFileSync(this.auditFile, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { event: string; verb: string; why?: string });
    } catch {
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#serving?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A client that says what it likes. */
export class Stranger implements Disposable {
  readonly socket: Socket;
  readonly greeting: Greeting;
  readonly #messages: AsyncIterator<unknown>;

  private constructor(socket: Socket, messages: AsyncIterator<unknown>, greeting: Greeting) {
    this.socket = socket;
    this.#messages = messages;
    this.greeting = greeting;
  }

  static async connect(path: string): Promise<Stranger> {
    const socket = createConnection({ path });
    socket.on('error', () => undefined);
    const messages = messagesOf(socket);
    const { value } = await messages.next();
    return new Stranger(socket, messages, greetingSchema.parse(value));
  }

  /** With proof of who it is. */
  static async admitted(path: string): Promise<Stranger> {
    const stranger = await Stranger.connect(path);
    prove(stranger.greeting);
    const { nonce } = stranger.greeting;
    await stranger.ask({ seq: 0, verb: 'hello', protocol: protocolVersion, nonce });
    return stranger;
  }

  /** The answer; undefined if the connection was closed without one. */
  async ask(message: unknown): Promise<unknown> {
    return await this.send(encodeFrame(message));
  }

  async send(bytes: Uint8Array): Promise<unknown> {
    this.socket.write(bytes);
    return await this.answer();
  }

  async answer(): Promise<unknown> {
    const next = await this.#messages.next().catch(() => ({ done: true, value: undefined }) as const);
    return next.done === true ? undefined : next.value;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

async function* messagesOf(socket: Socket): AsyncGenerator {
  const decoder = new FrameDecoder(answerLimitBytes);
  for await (const chunk of socket) {
    for (const decoded of decoder.push(chunk as Buffer)) if (decoded.type === 'message') yield decoded.value;
  }
}
