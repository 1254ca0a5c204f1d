import { request, type IncomingMessage } from 'node:http';

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Where a server is. */
export type Address = { readonly socketPath: string } | { readonly host: string; readonly port: number };

const json = { 'content-type': 'application/json' };

/** One request with exactly these headers, beside those that HTTP needs. */
export function ask(address: Address, { method = 'GET', path, headers, body }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const usual = method === 'GET' ? {} : json;
    const asked = request({ ...address, method, path, headers: headers ?? usual, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** A stream of server-sent events that is read until somebody has seen enough. */
export interface OpenStream {
  /** Everything so far. */
  text(): string;
  /** Resolves as soon as `text` holds this; fails if the stream ends without it. */
  holds(part: string): Promise<string>;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<string>;
  close(): void;
}

export function openStream(address: Address, { method = 'GET', path, headers, body }: Question): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...address, method, path, headers: { ...json, ...headers }, agent: false }, (response) => {
      let text = '';
      const waiting = new Set<() => void>();
      const tell = (): void => waiting.forEach((look) => look());
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        tell();
      });
      const ended = new Promise<string>((end) => response.on('close', () => end(text)));
      const holds = (part: string): Promise<string> =>
        new Promise((found, lost) => {
          const look = (): void => {
            if (text.includes(part)) found(text);
          };
          waiting.add(look);
          void ended.then(() => lost(new Error(`the stream ended without ${part}:\n${text}`)));
          look();
        });
      resolve({ text: () => text, holds, ended, close: () => asked.destroy() });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
