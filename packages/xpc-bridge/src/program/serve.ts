import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@umbracore/contracts';
import { Connection } from './connection.ts';
import type { ProgramContext } from './context.ts';
import { ProofFolder } from './proof.ts';

/** So many connections at once; more are cut off before a word. */
const connectionsAtMost = 32;
/** A program that the system starts when it is needed ends when it has not been for so long. */
const idleMs = 60_000;

/** Where a role listens: at a path, or at a socket that the system opened. */
export type Listening = { readonly path: string } | { readonly fd: number };

export interface ServeOptions {
  readonly context: ProgramContext;
  readonly listening: Listening;
  /** Folder in which clients show who they are. */
  readonly proofDir: string;
}

/** Serves one role until it is closed. */
export async function serve({ context, listening, proofDir }: ServeOptions): Promise<Serving> {
  const proof = new ProofFolder(proofDir);
  const serving = new Serving(context, proof);
  await serving.listen(listening);
  await context.engines.tidy();
  return serving;
}

export class Serving implements AsyncDisposable {
  readonly #context: ProgramContext;
  readonly #proof: ProofFolder;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #usedAt: number;

  constructor(context: ProgramContext, proof: ProofFolder) {
    this.#context = context;
    this.#proof = proof;
    this.#usedAt = context.clock.monotonicMs();
    this.#server = createServer({ allowHalfOpen: false }, (socket) => void this.#accept(socket));
    this.#server.maxConnections = connectionsAtMost;
    this.#server.on('drop', () => this.#recordDrop());
  }

  /** True if nobody has been here for a while, and nothing here ends with this process. */
  isIdle({ monotonicMs }: Pick<Clock, 'monotonicMs'>): boolean {
    return this.#sockets.size === 0 && !this.#context.engines.isNeeded && monotonicMs() - this.#usedAt > idleMs;
  }

  listen(listening: Listening): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(listening, () => {
        this.#server.off('error', reject).on('error', (error) => {
          this.#context.log.error({ error: String(error) }, 'the socket failed');
        });
        resolve();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #accept(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    try {
      await new Connection(this.#context, socket, this.#proof).serve();
    } finally {
      this.#sockets.delete(socket);
      this.#usedAt = this.#context.clock.monotonicMs();
    }
  }

  #recordDrop(): void {
    try {
      this.#context.audit.record({ event: 'refused', verb: '?', peer: undefined, why: 'too many connections' });
    } catch {
      // Nothing was done either.
    }
  }
}
