import type { UmbraEvent } from '@umbracore/contracts';
import type { Daemon } from '../daemon.ts';
import type { Answer, Exchange } from '../http/route.ts';
import { SseWriter } from './sse.ts';

export interface EventsWanted {
  readonly daemon: Daemon;
  /** The id of the last event that the reader had. */
  readonly after: number;
  readonly wants: (event: UmbraEvent) => boolean;
}

/** Sends events until the reader goes or the daemon ends. */
export function streamEvents(exchange: Exchange, { daemon, after, wants }: EventsWanted): Answer {
  const writer = new SseWriter(exchange, daemon.runtime.clock, daemon.stopping);
  const write = async (): Promise<void> => {
    using _ending = writer;
    for (let id = after; !writer.signal.aborted;) {
      const next = await daemon.feed.next(id, writer.signal);
      if (next === undefined) return;
      if (next.type === 'gap') {
        await writer.named('gap', { schema: 'umbra.gap/1', after: id, oldest: next.after + 1 });
        id = next.after;
      } else {
        if (wants(next.sent.event)) await writer.event(next.sent);
        id = next.sent.id;
      }
    }
  };
  void write();
  return 'written';
}
