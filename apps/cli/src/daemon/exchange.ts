import { connect, type Socket } from 'node:net';
import { UmbraError } from '@umbracore/contracts';
import { headEnd, requestText, type Request } from './request-text.ts';

/** The path of a socket, or a connection over which the request has been sent already. */
export type Line = string | Socket;

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

/** A daemon that has not begun to answer after so long is as good as none. */
const patienceMs = 10_000;

/**
 * One request over the daemon's socket, and all of its answer. Throws `daemon.unreachable`; `context.sent` tells whether the
 * request may have arrived.
 */
export async function exchange(line: Line, request: Request): Promise<Reply> {
  const reply = { status: 0, body: '' };
  await listen(line, request, {
    status: (status) => (reply.status = status),
    body: (piece) => (reply.body += piece),
  });
  return reply;
}

/** One request, its answer told as it comes; resolves at its end, which comes early if the daemon ends. */
export function listen(line: Line, request: Request, listener: ReplyListener): Promise<void> {
  return new Promise((resolve, reject) => {
    let head: string | undefined = '';
    let isSent = typeof line !== 'string';
    const socket = typeof line === 'string' ? connect({ path: line }, () => (isSent = true)) : line;
    const fail = (reason: string): void => reject(unreachable(reason, isSent));
    if (socket.destroyed) return fail('it is not there');
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
    if (typeof line === 'string') socket.write(requestText(request));
  });
}

const statusIn = (head: string): number => Number(/^HTTP\/1\.\d (?<status>\d{3})/.exec(head)?.groups?.['status'] ?? 0);

const unreachable = (reason: string, sent: boolean): UmbraError =>
  new UmbraError('daemon.unreachable', `the daemon does not answer: ${reason}`, {
    hint: 'See `umbra daemon status`, or start it with `umbra daemon start`.',
    context: { sent },
  });
