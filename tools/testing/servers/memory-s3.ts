import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const bucket = 'bucket';
export const s3Key = 'AKIDEXAMPLE';

interface Stored {
  readonly content: Buffer;
  readonly changed: Date;
}

type Objects = Map<string, Stored>;

/**
 * As much of S3 as restic uses, in memory: no distribution has a server for it. The key has to be ours; its signature is not
 * checked. Listings come in pages of three, so that a second one is asked for.
 */
export async function startS3Server(
  given: ReadonlyMap<string, Buffer>,
): Promise<{ readonly location: string; stop: () => Promise<void> }> {
  const objects: Objects = new Map([...given].map(([name, content]) => [name, { content, changed: new Date() }]));
  const server = createServer((request, response) => void answer(objects, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    location: `s3:http://127.0.0.1:${port}/${bucket}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(objects: Objects, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  if (!(request.headers.authorization ?? '').includes(`Credential=${s3Key}/`)) {
    return refuse(response, 403, 'AccessDenied');
  }
  const [, , ...rest] = pathname.split('/');
  const name = decodeURIComponent(rest.join('/'));
  switch (request.method ?? 'GET') {
    case 'PUT':
      if (name !== '') objects.set(name, { content: await bodyOf(request), changed: new Date() });
      return void response.writeHead(200, { ETag: etag(objects.get(name)) }).end();
    case 'DELETE':
      objects.delete(name);
      return void response.writeHead(204).end();
    default:
      return name === '' ? list(objects, searchParams, response) : send(objects.get(name), request, response);
  }
}

const pageSize = 3;

function list(objects: Objects, asked: URLSearchParams, response: ServerResponse): void {
  if (asked.has('location')) return xml(response, 200, '<LocationConstraint>us-east-1</LocationConstraint>');
  const prefix = asked.get('prefix') ?? '';
  const after = asked.get('continuation-token') ?? '';
  const delimiter = asked.get('delimiter') ?? '';
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).toSorted();
  const inner = (name: string): boolean => delimiter !== '' && name.slice(prefix.length).includes(delimiter);
  const folders = new Set(
    names.filter(inner).map((name) => prefix + name.slice(prefix.length).split(delimiter)[0] + delimiter),
  );
  const files = names.filter((name) => !inner(name));
  const page = files.slice(0, pageSize);
  const more = files.length > page.length;
  const entries = page.map((name) => {
    const stored = objects.get(name);
    const changed = stored?.changed.toISOString() ?? '';
    return `<Contents><Key>${name}</Key><Size>${stored?.content.length}</Size><LastModified>${changed}</LastModified><ETag>${etag(stored)}</ETag></Contents>`;
  });
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const prefixes = [...folders].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
  const head = `<Name>${bucket}</Name><Prefix>${prefix}</Prefix><IsTruncated>${more}</IsTruncated>${next}`;
  xml(response, 200, `<ListBucketResult>${head}${entries.join('')}${prefixes.join('')}</ListBucketResult>`);
}

function send(stored: Stored | undefined, { method, headers }: IncomingMessage, response: ServerResponse): void {
  if (stored === undefined) return refuse(response, 404, 'NoSuchKey');
  const { content, changed } = stored;
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const last = range?.[2] ? Number(range[2]) + 1 : content.length;
  const part = range === null ? content : content.subarray(Number(range[1]), last);
  response.writeHead(range === null ? 200 : 206, {
    'Content-Length': part.length,
    'Last-Modified': changed.toUTCString(),
    ETag: etag(stored),
  });
  response.end(method === 'HEAD' ? undefined : part);
}

const etag = (stored: Stored | undefined): string =>
  `"${createHash('md5')
    .update(stored?.content ?? '')
    .digest('hex')}"`;

const refuse = (response: ServerResponse, status: number, code: string): void =>
  xml(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);

const xml = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'Content-Type': 'application/xml' }).end(`<?xml version="1.0"?>${text}`);

/** Without TLS the content comes in signed pieces: `length;chunk-signature=…`, the piece, and an empty one at the end. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (!String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-')) return body;
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const line = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, line), 16);
    if (!(length > 0)) break;
    pieces.push(body.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
  return Buffer.concat(pieces);
}
