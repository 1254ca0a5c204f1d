import type { ServerResponse } from 'node:http';
import type { Clock } from '@umbracore/contracts';
import { goneSignal } from '../http/gone.ts';
import type { Exchange } from '../http/route.ts';
import type { SentEvent } from './event-ring.ts';

/** Proxies and readers take a line that says nothing for a sign of life. */
const aliveEveryMs = 15_000;

/** Writes server-sent events at the pace of the reader. */
export class SseWriter implements Disposable {
  /** Aborts when the reader has gone or the daemon ends. */
  readonly signal: AbortSignal;
  readonly #response: ServerResponse;
  readonly #alive: Disposable;

  constructor(exchange: Exchange, clock: Clock, stopping: AbortSignal) {
    const { response } = exchange;
    this.#response = response;
    this.signal = AbortSignal.any([goneSignal(exchange), stopping]);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    this.#alive = clock.every(aliveEveryMs, () => {
      if (!response.writableNeedDrain) response.write(': alive\n\n');
    });
  }

  event({ id, line }: SentEvent): Promise<void> {
    return this.#write(`id: ${id}\ndata: ${line}\n\n`);
  }

  /** Something that is no event of the product: it has a name, and no id to resume from. */
  named(name: string, document: unknown): Promise<void> {
    return this.#write(`event: ${name}\ndata: ${JSON.stringify(document)}\n\n`);
  }

  [Symbol.dispose](): void {
    this.#alive[Symbol.dispose]();
    this.#response.end();
  }

  #write(text: string): Promise<void> {
    if (this.signal.aborted || this.#response.write(text)) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        this.#response.removeListener('drain', go);
        this.signal.removeEventListener('abort', go);
        resolve();
      };
      this.#response.once('drain', go);
      this.signal.addEventListener('abort', go, { once: true });
    });
  }
}
