import { isProgress, type EventStream, type EventType, type Log, type UmbraEvent } from '@umbracore/contracts';

/** So many undelivered events make a reader slow. */
const patience = 256;

/** What an async one gives is a promise, whatever its type says. */
type Listener = (event: UmbraEvent) => unknown;

/** Delivers events in this process. */
export function createEventStream(log: Log): EventStream {
  const listeners = new Set<Listener>();

  function onAny(listener: Listener): Disposable {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  }

  /** Waits only to see how a listener that is async ends; it must not end the process as unhandled. */
  async function tell(listener: Listener, event: UmbraEvent): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      log.warn({ event: event.type, error: String(error) }, 'an event listener failed');
    }
  }

  return {
    publish(event) {
      for (const listener of listeners) void tell(listener, event);
    },
    onAny,
    on(type, listener) {
      return onAny((event) => {
        return isOf(event, type) ? listener(event) : undefined;
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
