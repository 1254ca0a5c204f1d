import { request, type RequestOptions } from 'node:http';
import { until, type Outcome, type Started, type World } from './world.ts';

/** A daemon of the built program, in the foreground. */
export class Daemon {
  readonly #started: Started;

  private constructor(started: Started) {
    this.#started = started;
  }

  /** Resolves when it answers. */
  static async start(world: World, env: Record<string, string> = {}): Promise<Daemon> {
    const daemon = Daemon.launch(world, env);
    await daemon.answers();
    return daemon;
  }

  /** Does not wait for it: it may be killed in its first millisecond. */
  static launch(world: World, env: Record<string, string> = {}): Daemon {
    return new Daemon(world.start(['daemon', 'run'], { env }));
  }

  get pid(): number {
    return this.#started.child.pid ?? 0;
  }

  /** Null while it lives. */
  get exitCode(): number | null {
    return this.#started.child.exitCode;
  }

  /** Resolves when the process is gone. */
  get ended(): Promise<Outcome> {
    return this.#started.ended;
  }

  async answers(): Promise<void> {
    const { child } = this.#started;
    await until('the daemon listens', () => this.#socket() !== undefined || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}: ${this.#started.stderr()}`);
  }

  /** A document of its API. */
  get(path: string): Promise<unknown> {
    return this.#ask({ path });
  }

  /** A work on a repository, once it has ended. */
  async endedWork(id: string): Promise<unknown> {
    for (;;) {
      const document = (await this.get(`/v1/repository-works/${id}`)) as { readonly endedAt: string | null };
      if (document.endedAt !== null) return document;
      // Not at once: who is asked all the time does not get on.
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<unknown> {
    const type = { 'content-type': 'application/json' };
    return this.#ask({ path, method: 'POST', headers: { ...type, ...headers } }, JSON.stringify(body));
  }

  async #ask(options: RequestOptions, content = ''): Promise<unknown> {
    const text = await new Promise<string>((resolve, reject) => {
      const asked = request({ socketPath: this.#socket(), ...options }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve(body)).on('error', reject);
      });
      asked.on('error', reject).end(content);
    });
    return JSON.parse(text);
  }

  /** Follows its events from now on; gives what it has told so far. */
  async follow(headers: Record<string, string> = {}): Promise<() => string> {
    let told = '';
    await new Promise<void>((resolve, reject) => {
      const asked = request({ socketPath: this.#socket(), path: '/v1/events', headers }, (response) => {
        resolve();
        // It ends with the daemon.
        response.setEncoding('utf8').on('data', (text: string) => (told += text));
        response.on('error', () => undefined);
      });
      asked.on('error', reject).end();
    });
    return () => told;
  }

  signal(signal: NodeJS.Signals): void {
    this.#started.child.kill(signal);
  }

  /** As `kill -9` does it. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** As a service manager does it. */
  async stop(): Promise<Outcome> {
    this.signal('SIGTERM');
    return await this.ended;
  }

  #socket(): string | undefined {
    // One that opened its state anew may listen somewhere else.
    return [...this.#started.stdout().matchAll(/listens on (?<socket>.*)\n/g)].at(-1)?.groups?.['socket'];
  }
}
