import { errorCatalogue, UmbraError, type DaemonNote, type ErrorCode } from '@umbracore/contracts';
import { exchange, type Request } from './exchange.ts';

/** A daemon that says nothing for so long is as good as none. */
const patienceMs = 5000;

/** Speaks with the daemon that wrote a note. */
export class DaemonClient {
  readonly note: DaemonNote;

  constructor(note: DaemonNote) {
    this.note = note;
  }

  /** A document of the daemon. Throws what the daemon refuses with, and `daemon.unreachable`. */
  async ask<Document>(request: Request, accepted: readonly number[] = [200, 202]): Promise<Document> {
    const { status, body } = await exchange(this.note.socket, { patienceMs, ...request });
    const document = parsed(await whole(body));
    if (!accepted.includes(status)) throw errorOf(document, status);
    return document as Document;
  }

  /** The body of an answer that comes bit by bit. Throws what the daemon refuses with, and `daemon.unreachable`. */
  async stream(request: Request): Promise<AsyncIterable<string>> {
    const { status, body } = await exchange(this.note.socket, request);
    if (status === 200) return body;
    throw errorOf(parsed(await whole(body)), status);
  }

  get<Document>(path: string, accepted?: readonly number[]): Promise<Document> {
    return this.ask({ method: 'GET', path }, accepted);
  }

  post<Document>(path: string, body: unknown = {}): Promise<Document> {
    return this.ask({ method: 'POST', path, body });
  }
}

async function whole(body: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of body) text += chunk;
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UmbraError('daemon.unreachable', 'the daemon ended before it had answered', {
      hint: 'See `umbra daemon status`.',
      context: { sent: true },
      cause,
    });
  }
}

/** The error that a document of `umbra.error/1` tells of. */
export function errorOf(document: unknown, status = 0): UmbraError {
  const { code, message, hint, problems } = document as Partial<Record<string, unknown>>;
  if (!isCode(code)) return new UmbraError('daemon.refused', `the daemon answered ${status} without a reason`);
  return new UmbraError(code, String(message), {
    hint: typeof hint === 'string' ? hint : undefined,
    context: problems === undefined ? {} : { problems },
  });
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && code in errorCatalogue;
