import { errorCatalogue, UmbraError, type DaemonNote, type ErrorCode } from '@umbracore/contracts';
import type { EarlyQuestion } from './early-question.ts';
import { exchange, listen, type Line } from './exchange.ts';
import type { Request } from './request-text.ts';
import { serverSent, type ServerSent } from './server-sent.ts';

/** Speaks with the daemon that wrote a note. */
export class DaemonClient {
  readonly note: DaemonNote;
  #early: EarlyQuestion | undefined;

  /** `early`: what was asked already, and may be what is going to be asked. */
  constructor(note: DaemonNote, early?: EarlyQuestion) {
    this.note = note;
    this.#early = early;
  }

  /** A document of the daemon. Throws what the daemon refuses with, and `daemon.unreachable`. */
  async ask<Document>(request: Request, accepted: readonly number[] = [200, 202]): Promise<Document> {
    const { status, body } = await exchange(this.#lineFor(request), request);
    const document = parsed(body);
    if (!accepted.includes(status)) throw errorOf(document, status);
    return document as Document;
  }

  get<Document>(path: string, accepted?: readonly number[]): Promise<Document> {
    return this.ask({ method: 'GET', path }, accepted);
  }

  post<Document>(path: string, body: unknown = {}): Promise<Document> {
    return this.ask({ method: 'POST', path, body });
  }

  /** Tells of events until there are no more. Throws what the daemon refuses with, and `daemon.unreachable`. */
  async follow(request: Request, onEvent: (event: ServerSent) => void): Promise<void> {
    const events = serverSent(onEvent);
    let status = 0;
    let refusal = '';
    await listen(this.note.socket, request, {
      status: (given) => (status = given),
      body: (piece) => (status === 200 ? events(piece) : (refusal += piece)),
    });
    if (status !== 200) throw errorOf(parsed(refusal), status);
  }

  #lineFor({ method, path }: Request): Line {
    const early = this.#early;
    if (early === undefined || method !== 'GET' || path !== early.path) return this.note.socket;
    this.#early = undefined;
    return early.socket;
  }
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
