import { chmodSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type ListenOptions } from 'node:net';
import { dirname, join, sep } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import type { Router } from './router.ts';

/** So long may a request take to arrive; how long its answer takes is the matter of its route. */
const arrivalMs = 10_000;

const longestHeadersBytes = 16 * 1024;

/** More connections at a time are turned away. */
const mostConnections = 256;

interface Socket {
  readonly path: string;
  readonly inode: number;
}

/** A listener with everything that is connected to it. */
export class ApiServer implements AsyncDisposable {
  readonly #server: Server;
  #socket: Socket | undefined;

  constructor(router: Router) {
    const options = { requestTimeout: arrivalMs, headersTimeout: arrivalMs, maxHeaderSize: longestHeadersBytes };
    this.#server = createServer(options, (request, response) => void router.answer({ request, response }));
    this.#server.maxConnections = mostConnections;
  }

  /** The port; 0 if it does not listen on one. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Listens on a socket that its owner alone may use. What an earlier daemon left there is removed. */
  async listenOnSocket(path: string): Promise<void> {
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await makeRoom(path);
    // Made where nobody else gets, so that it is not open to others even for the moment before its mode is changed. The name
    // is short: the whole address must not be longer than the one that it gets.
    const nest = mkdtempSync(`${folder}${sep}.`);
    try {
      const made = join(nest, 's');
      await this.#listen({ path: made });
      chmodSync(made, 0o600);
      renameSync(made, path);
      this.#socket = { path, inode: statSync(path).ino };
    } finally {
      rmSync(nest, { recursive: true, force: true });
    }
  }

  listenOnPort(host: string, port: number): Promise<void> {
    return this.#listen({ host, port, exclusive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
    removeSocket(this.#socket);
  }

  #listen(where: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(where, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
  }
}

/** Only the one that was made here: another daemon may have put its own in the place of one that was removed. */
function removeSocket(socket: Socket | undefined): void {
  if (socket === undefined || statSync(socket.path, { throwIfNoEntry: false })?.ino !== socket.inode) return;
  rmSync(socket.path, { force: true });
}

/** Removes a socket that nobody listens on. Throws `daemon.refused` for everything else: it is not ours. */
async function makeRoom(path: string): Promise<void> {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return;
  if (!facts.isSocket()) throw inTheWay(`${path} is there already, and is no socket`);
  if (await isListenedOn(path)) throw inTheWay(`another process listens on ${path}`);
  rmSync(path, { force: true });
}

const inTheWay = (what: string): UmbraError =>
  new UmbraError('daemon.refused', what, { hint: 'Choose another path for `daemon.socket`.' });

const isListenedOn = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
