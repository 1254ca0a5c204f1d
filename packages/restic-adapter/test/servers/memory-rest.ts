import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const user = 'keeper';
/** In every URL of a repository; must never be seen anywhere else. */
export const restPassword = 'se-cret-in-url';

/**
 * A server of restic's REST protocol that keeps everything in memory: a remote repository without a remote. It begins with
 * what is in the folder of a local repository.
 */
export async function startRestServer(folder?: string): Promise<{ readonly location: string } & AsyncDisposable> {
  const files = new Map(folder === undefined ? [] : contentOf(folder));
  const server = createServer((request, response) => void answer(files, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    location: `rest:http://${user}:${restPassword}@127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function contentOf(folder: string): readonly (readonly [string, Buffer])[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return files.map((name) => [name, readFileSync(join(folder, name))]);
}

async function answer(files: Map<string, Buffer>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const allowed = `Basic ${Buffer.from(`${user}:${restPassword}`).toString('base64')}`;
  const path = (request.url ?? '').replace(/\?.*/, '').slice(1);
  if (request.headers.authorization !== allowed) return end(response, 401);
  switch (request.method ?? 'GET') {
    case 'POST':
      if (path !== '') files.set(path, await bodyOf(request));
      return end(response, 200);
    case 'DELETE':
      return end(response, files.delete(path) ? 200 : 404);
    default:
      return path.endsWith('/') ? list(files, path, response) : send(files.get(path), request, response);
  }
}

function list(files: Map<string, Buffer>, folder: string, response: ServerResponse): void {
  const found = [...files].filter(([path]) => path.startsWith(folder));
  const body = JSON.stringify(found.map(([path, { length }]) => ({ name: path.slice(folder.length), size: length })));
  response.writeHead(200, { 'Content-Type': 'application/vnd.x.restic.rest.v2' }).end(body);
}

function send(content: Buffer | undefined, { method, headers }: IncomingMessage, response: ServerResponse): void {
  if (content === undefined) return end(response, 404);
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const last = range?.[2] ? Number(range[2]) + 1 : content.length;
  const part = range === null ? content : content.subarray(Number(range[1]), last);
  response.writeHead(range === null ? 200 : 206, { 'Content-Length': part.length });
  response.end(method === 'HEAD' ? undefined : part);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const end = (response: ServerResponse, status: number): void => void response.writeHead(status).end();
