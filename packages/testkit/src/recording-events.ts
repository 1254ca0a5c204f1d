import type { EventOf, EventStream, EventType, UmbraEvent } from '@umbracore/contracts';

/** An event stream that keeps everything, in order, and never drops. */
export interface RecordingEvents extends EventStream {
  readonly events: readonly UmbraEvent[];
  /** The kept events of one type. */
  of<T extends EventType>(type: T): readonly EventOf<T>[];
  /** Resolves with the first event of this type, kept or coming. */
  first<T extends EventType>(type: T): Promise<EventOf<T>>;
}

export function recordingEvents(): RecordingEvents {
  const events: UmbraEvent[] = [];
  const listeners = new Set<(event: UmbraEvent) => void>();

  const onAny = (listener: (event: UmbraEvent) => void): Disposable => {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  };
  const on = <T extends EventType>(type: T, listener: (event: EventOf<T>) => void): Disposable =>
    onAny((event) => {
      if (isOf(event, type)) listener(event);
    });
  const of = <T extends EventType>(type: T): EventOf<T>[] => {
    const found: EventOf<T>[] = [];
    for (const event of events) if (isOf(event, type)) found.push(event);
    return found;
  };

  return {
    events,
    of,
    on,
    onAny,
    publish(event) {
      events.push(event);
      for (const listener of listeners) tell(listener, event);
    },
    stream: (signal) => streamOf(onAny, signal),
    first(type) {
      const [kept] = of(type);
      if (kept) return Promise.resolve(kept);
      return new Promise((resolve) => {
        const subscription = on(type, (event) => {
          subscription[Symbol.dispose]();
          resolve(event);
        });
      });
    },
  };
}

function isOf<T extends EventType>(event: UmbraEvent, type: T): event is EventOf<T> {
  return event.type === type;
}

function tell(listener: (event: UmbraEvent) => void, event: UmbraEvent): void {
  try {
    listener(event);
  } catch {
    // The contract: a listener that throws is left alone.
  }
}

function streamOf(
  onAny: (listener: (event: UmbraEvent) => void) => Disposable,
  signal: AbortSignal | undefined,
): AsyncIterable<UmbraEvent> {
  const waiting: UmbraEvent[] = [];
  let wake = () => {};
  const isOver = () => signal?.aborted === true;
  // Subscribed here and not in the generator, whose body does not run before it is first asked.
  const subscription = onAny((event) => {
    waiting.push(event);
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  return (async function* () {
    try {
      while (!isOver()) {
        const event = waiting.shift();
        if (event) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      subscription[Symbol.dispose]();
    }
  })();
}
