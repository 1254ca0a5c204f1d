import { createServer, type IncomingMessage, type Server } from 'node:http';

export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** A server that answers by rules of a test, which stand for what the documentation of a service says. */
export class StrictServer implements AsyncDisposable {
  readonly seen: Seen[] = [];
  readonly #server: Server;

  private constructor(rules: (seen: Seen) => Answer | 'never') {
    this.#server = createServer((request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const url = new URL(request.url ?? '/', 'http://127.0.0.1');
        const seen: Seen = { method: request.method ?? '', url, headers: request.headers, body };
        this.seen.push(seen);
        const answer = rules(seen);
        if (answer !== 'never') response.writeHead(answer.status, answer.headers).end(answer.body);
      })();
    });
  }

  static async start(rules: (seen: Seen) => Answer | 'never'): Promise<StrictServer> {
    const server = new StrictServer(rules);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
