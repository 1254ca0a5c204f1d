import { isProgress, type EventStream, type EventType, type Log, type UmbraEvent } from '@umbracore/contracts';

/** So many undelivered events make a reader slow. */
const patience = 256;

/** Delivers events in this process. */
export function createEventStream(log: Log): EventStream {
  const listeners = new Set<(event: UmbraEvent) => void>();

  function onAny(listener: (event: UmbraEvent) => void): Disposable {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  }

  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.warn({ event: event.type, error: String(error) }, 'an event listener threw');
        }
      }
    },
    onAny,
    on(type, listener) {
      return onAny((event) => {
        if (isOf(event, type)) listener(event);
      });
    },
    stream: (signal) => readEvents(onAny, signal),
  };
}

function isOf<T extends EventType>(event: UmbraEvent, type: T): event is Extract<UmbraEvent, { type: T }> {
  return event.type === type;
}

/** Subscribes at once, also before the first event is asked for. */
function readEvents(
  subscribe: (listener: (event: UmbraEvent) => void) => Disposable,
  signal: AbortSignal | undefined,
): AsyncIterable<UmbraEvent> {
  const waiting: UmbraEvent[] = [];
  let wake: (() => void) | undefined;
  const subscription = subscribe((event) => {
    if (waiting.length >= patience) dropProgress(waiting);
    waiting.push(event);
    wake?.();
  });
  const abort = (): void => wake?.();
  signal?.addEventListener('abort', abort);

  async function* read(): AsyncGenerator<UmbraEvent> {
    try {
      while (signal?.aborted !== true) {
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      subscription[Symbol.dispose]();
      signal?.removeEventListener('abort', abort);
    }
  }
  return read();
}

function dropProgress(events: UmbraEvent[]): void {
  const kept = events.filter((event) => !isProgress(event));
  events.splice(0, events.length, ...kept);
}
