import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, type Configuration, type JobDefinition } from '@umbracore/contracts';
import { compose, emptyConfiguration, systemClock, type Runtime } from '@umbracore/runtime';
import { aJob, aRepository, FakeBackend } from '@umbracore/testkit';
import { createDaemon } from '../../src/create-daemon.ts';
import type { Daemon } from '../../src/daemon.ts';
import { Entrances } from '../../src/http/entrances.ts';
import { apiToken } from '../../src/http/token.ts';
import { ask, type Address, type Answer, type Question } from './ask.ts';

export interface WorldOptions {
  /** What is changed of the job `documents`, beside which there is `photos`. */
  readonly documents?: Partial<JobDefinition>;
  /** What else is configured, by the folder of the world. */
  readonly also?: (folder: string) => Partial<Configuration>;
}

/** A daemon in this process, with a repository in memory, on a socket and a port. */
export class World implements AsyncDisposable {
  readonly folder: string;
  readonly backend: FakeBackend;
  readonly runtime: Runtime;
  readonly daemon: Daemon;
  readonly socket: Address;
  readonly port: Address & { readonly port: number };
  readonly token: string;
  readonly #entrances: Entrances;
  readonly #stopping: AbortController;

  private constructor(
    parts: Pick<World, 'folder' | 'backend' | 'runtime' | 'daemon' | 'socket' | 'port' | 'token'>,
    entrances: Entrances,
    stopping: AbortController,
  ) {
    this.folder = parts.folder;
    this.backend = parts.backend;
    this.runtime = parts.runtime;
    this.daemon = parts.daemon;
    this.socket = parts.socket;
    this.port = parts.port;
    this.token = parts.token;
    this.#entrances = entrances;
    this.#stopping = stopping;
  }

  static async open({ documents = {}, also }: WorldOptions = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-api-'));
    const source = join(folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'a.txt'), 'a');
    const backend = new FakeBackend({ clock: systemClock });
    const plugin = definePlugin({ name: 'fakes', register: (host) => host.addBackend('fake', () => backend) });
    const sources = [{ path: source, required: true }];
    const configuration: Configuration = {
      ...emptyConfiguration('UTC'),
      repositories: new Map([['main', aRepository()]]),
      jobs: new Map([
        ['documents', { ...aJob({ sources }), ...documents } as JobDefinition],
        ['photos', aJob({ id: 'photos', sources, enabled: false })],
      ]),
      daemon: { concurrency: 2, socket: undefined, listen: { host: '127.0.0.1', port: 0 }, settleMs: 0 },
      ...also?.(folder),
    };
    const place = { env: {}, cwd: folder, home: folder, stateDir: join(folder, 'state'), logLevel: 'silent' };
    const options = { ...place, configuration, plugins: [plugin] };
    const runtime = await compose(options);
    const stopping = new AbortController();
    const dispatcher = runtime.coordinator.start();
    const socketPath = join(folder, 'daemon.sock');
    const init = { version: '1.2.3', options, runtime, refused: undefined, dispatcher, stopping: stopping.signal };
    const daemon = createDaemon({ ...init, socket: socketPath });
    const entrances = await Entrances.open(daemon, socketPath, configuration.daemon);
    const parts = {
      folder,
      backend,
      runtime,
      daemon,
      socket: { socketPath },
      port: { host: '127.0.0.1', port: entrances.port },
      token: apiToken(place.stateDir),
    };
    return new World(parts, entrances, stopping);
  }

  /** Over the socket. */
  ask(question: Question | string): Promise<Answer> {
    return ask(this.socket, typeof question === 'string' ? { path: question } : question);
  }

  /** A document over the socket. */
  async get<Document = Record<string, unknown>>(path: string): Promise<Document> {
    return JSON.parse((await this.ask(path)).text) as Document;
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const all = { 'content-type': 'application/json', ...headers };
    return this.ask({ method: 'POST', path, body: JSON.stringify(body), headers: all });
  }

  /** As the daemon ends. */
  stop(): void {
    this.#stopping.abort('told to');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#entrances[Symbol.asyncDispose]();
    this.daemon.readiness[Symbol.dispose]();
    this.daemon.feed[Symbol.dispose]();
    await this.runtime[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
