import { errorDocument } from '@umbracore/runtime/documents';
import type { Daemon } from '../daemon.ts';
import type { Answer, Exchange } from '../http/route.ts';
import type { RunRequest } from '../requests/run-request.ts';
import { requestDocument } from '../requests/request-document.ts';
import { SseWriter } from './sse.ts';

export interface RequestWatch {
  readonly daemon: Daemon;
  readonly request: RunRequest;
  readonly key: string | undefined;
  /** The id of the last event that the reader had. */
  readonly after: number;
}

/** Sends the events of a request, its refusals as `problem`, and at the end how all went as `end`. */
export function streamRequest(exchange: Exchange, watch: RequestWatch): Answer {
  const { daemon } = watch;
  const writer = new SseWriter(exchange, daemon.runtime.clock, daemon.stopping);
  void write(writer, watch);
  return 'written';
}

async function write(writer: SseWriter, { daemon, request, key, after }: RequestWatch): Promise<void> {
  using _ending = writer;
  const over = new AbortController();
  const until = AbortSignal.any([writer.signal, over.signal]);
  void request.ended.then(() => over.abort());
  let told = 0;
  const tellProblems = async (): Promise<void> => {
    for (; told < request.problems.length; told++) {
      const error = request.problems[told];
      if (error !== undefined) await writer.named('problem', errorDocument(error));
    }
  };
  for (let id = after; !writer.signal.aborted;) {
    const next = await daemon.feed.next(id, until);
    await tellProblems();
    if (next === undefined) break;
    if (next.type === 'event' && request.owns(next.sent.event)) await writer.event(next.sent);
    id = next.type === 'event' ? next.sent.id : next.after;
  }
  const end = request.end;
  if (end !== undefined) await writer.named('end', requestDocument(request, key, end.runs));
}
