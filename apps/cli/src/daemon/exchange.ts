import { connect, type Socket } from 'node:net';
import { UmbraError } from '@umbracore/contracts';

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The connection is given up when nothing comes for so long. */
  readonly patienceMs?: number;
}

export interface Reply {
  readonly status: number;
  /** The body as it arrives. It ends early if the daemon does. */
  readonly body: AsyncIterable<string>;
}

const headEnd = '\r\n\r\n';

/**
 * One request over the daemon's socket. Spoken by hand, as HTTP 1.0, in which a body ends with its connection: to load
 * Node's own client would take longer than the whole exchange. Throws `daemon.unreachable`; `context.sent`
 * tells whether the request may have arrived.
 */
export async function exchange(socketPath: string, request: Request): Promise<Reply> {
  const socket = await connected(socketPath);
  if (request.patienceMs !== undefined) socket.setTimeout(request.patienceMs, () => socket.destroy());
  socket.setEncoding('utf8').write(textOf(request));
  const chunks: AsyncIterator<string> = socket[Symbol.asyncIterator]();
  let head = '';
  while (!head.includes(headEnd)) {
    const { done, value } = await chunks.next().catch(lost);
    if (done === true) throw unreachable('it ended before it answered', { sent: true });
    head += value;
  }
  const at = head.indexOf(headEnd);
  const status = Number(/^HTTP\/1\.\d (?<status>\d{3})/.exec(head)?.groups?.['status'] ?? 0);
  return { status, body: bodyOf(head.slice(at + headEnd.length), chunks) };
}

function textOf({ method, path, headers = {}, body }: Request): string {
  const content = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.0`,
    'host: localhost',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'GET' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(content)}`]),
  ];
  return lines.join('\r\n') + headEnd + content;
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error) => reject(unreachable(error.message, { sent: false })));
  });
}

async function* bodyOf(first: string, chunks: AsyncIterator<string>): AsyncGenerator<string> {
  if (first !== '') yield first;
  for (;;) {
    const { done, value } = await chunks.next().catch(lost);
    if (done === true) return;
    yield value;
  }
}

/** A connection that broke ends like one that was closed: whoever reads knows what is still missing. */
const lost = (): IteratorResult<string> => ({ done: true, value: undefined });

const unreachable = (reason: string, context: { readonly sent: boolean }): UmbraError =>
  new UmbraError('daemon.unreachable', `the daemon does not answer: ${reason}`, {
    hint: 'See `umbra daemon status`, or start it with `umbra daemon run`.',
    context,
  });
