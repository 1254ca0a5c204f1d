import { connect, type Socket } from 'node:net';
import { UmbraError } from '@umbracore/contracts';

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The answer may take as long as it likes to begin. */
  readonly isPatient?: boolean;
}

/** What the daemon answered, whole. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Told of an answer while it comes. */
export interface ReplyListener {
  /** Before the first piece of the body. */
  status(status: number): void;
  body(piece: string): void;
}

const headEnd = '\r\n\r\n';

/** A daemon that has not begun to answer after so long is as good as none. */
const patienceMs = 10_000;

/**
 * One request over the daemon's socket, and all of its answer. Throws `daemon.unreachable`; `context.sent` tells whether the
 * request may have arrived.
 */
export async function exchange(socketPath: string, request: Request): Promise<Reply> {
  const reply = { status: 0, body: '' };
  await listen(socketPath, request, {
    status: (status) => (reply.status = status),
    body: (piece) => (reply.body += piece),
  });
  return reply;
}

/**
 * One request, its answer told as it comes; resolves at its end, which comes early if the daemon ends. Spoken by hand, as HTTP
 * 1.0, in which a body ends with its connection: to load Node's own client would take longer than the whole exchange.
 */
export function listen(socketPath: string, request: Request, listener: ReplyListener): Promise<void> {
  return new Promise((resolve, reject) => {
    let head: string | undefined = '';
    let isSent = false;
    const socket: Socket = connect({ path: socketPath }, () => (isSent = true));
    const fail = (reason: string): void => reject(unreachable(reason, isSent));
    socket.setEncoding('utf8');
    if (request.isPatient !== true) socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('data', (piece: string) => {
      if (head === undefined) return listener.body(piece);
      head += piece;
      const end = head.indexOf(headEnd);
      if (end === -1) return;
      socket.setTimeout(0);
      listener.status(statusIn(head));
      const rest = head.slice(end + headEnd.length);
      head = undefined;
      if (rest !== '') listener.body(rest);
    });
    socket.on('error', ({ message }) => head !== undefined && fail(message));
    socket.on('close', () => (head === undefined ? resolve() : fail('it ended before it answered')));
    socket.write(textOf(request));
  });
}

const statusIn = (head: string): number => Number(/^HTTP\/1\.\d (?<status>\d{3})/.exec(head)?.groups?.['status'] ?? 0);

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

const unreachable = (reason: string, sent: boolean): UmbraError =>
  new UmbraError('daemon.unreachable', `the daemon does not answer: ${reason}`, {
    hint: 'See `umbra daemon status`, or start it with `umbra daemon start`.',
    context: { sent },
  });
