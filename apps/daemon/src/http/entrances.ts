import type { Configuration } from '@umbracore/contracts';
import type { Daemon } from '../daemon.ts';
import { routes } from '../routes/index.ts';
import { guardOf } from './guard.ts';
import { Router } from './router.ts';
import { ApiServer } from './server.ts';
import { apiToken } from './token.ts';

/** Where the API can be reached. */
export class Entrances implements AsyncDisposable {
  readonly #servers: ApiServer[] = [];

  /** The socket, for the user whose it is; beside it a port of this machine, for whoever has the token. */
  static async open(daemon: Daemon, socket: string, { listen }: Configuration['daemon']): Promise<Entrances> {
    const entrances = new Entrances();
    try {
      await entrances.#openSocket(daemon, socket);
      if (listen !== undefined) await entrances.#openPort(daemon, listen);
    } catch (error) {
      await entrances[Symbol.asyncDispose]();
      throw error;
    }
    return entrances;
  }

  /** The port; 0 if there is none. */
  get port(): number {
    return Math.max(0, ...this.#servers.map((server) => server.port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()));
  }

  async #openSocket(daemon: Daemon, path: string): Promise<void> {
    const server = new ApiServer(new Router(daemon, routes, guardOf({ transport: 'socket' })));
    await server.listenOnSocket(path);
    this.#servers.push(server);
  }

  async #openPort(daemon: Daemon, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
    const { stateDir } = daemon.runtime.paths;
    // Read each time: whoever makes a new one locks the old one out at once.
    const guard = guardOf({ transport: 'tcp', port: () => server.port, token: () => apiToken(stateDir) });
    apiToken(stateDir);
    const server: ApiServer = new ApiServer(new Router(daemon, routes, guard));
    await server.listenOnPort(host, port);
    this.#servers.push(server);
  }
}
