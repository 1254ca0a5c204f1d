import type { Daemon } from '../daemon.ts';
import type { Answer, Exchange } from '../http/route.ts';
import { repositoryWorkDocument } from '../requests/repository-work-document.ts';
import { SseWriter } from './sse.ts';

/** Sends what a work tells from now on, and the work itself as `end` when it has ended. */
export function streamWork(exchange: Exchange, daemon: Daemon, id: string): Answer {
  const writer = new SseWriter(exchange, daemon.runtime.clock, daemon.stopping);
  void write(writer, daemon, id);
  return 'written';
}

async function write(writer: SseWriter, { feed, works }: Daemon, id: string): Promise<void> {
  using _ending = writer;
  for (let after = feed.newest; works.get(id).state === 'running';) {
    const next = await feed.next(after, writer.signal);
    if (next === undefined || writer.signal.aborted) return;
    if (next.type === 'event' && 'work' in next.sent.event && next.sent.event.work === id) {
      await writer.event(next.sent);
    }
    after = next.type === 'event' ? next.sent.id : next.after;
  }
  await writer.named('end', repositoryWorkDocument(works.get(id)));
}
