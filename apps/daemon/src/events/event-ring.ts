import { isProgress, type EventOf, type RunId, type RunProgress, type UmbraEvent } from '@umbracore/contracts';
import { eventDocument } from '@umbracore/runtime/documents';

/** An event as it is sent. */
export interface SentEvent {
  /** Grows with every event, also over restarts of the daemon as long as the clock is not set back. */
  readonly id: number;
  readonly event: UmbraEvent;
  /** The document as one line of JSON. */
  readonly line: string;
}

export interface RingLimits {
  readonly events: number;
  readonly characters: number;
}

const defaultLimits: RingLimits = { events: 4096, characters: 4 * 1024 * 1024 };

/** What a reader gets next. */
export type RingAnswer =
  | { readonly type: 'event'; readonly sent: SentEvent }
  /** Events after the one that the reader had last are gone; it goes on with the oldest one that is left. */
  | { readonly type: 'gap'; readonly after: number }
  | { readonly type: 'nothing' };

/**
 * The newest events, so that readers can come late and come again. A reader is a number, the id of what it had last: a slow
 * one costs nothing. Of progress only the newest report of each run, restore and work is kept, so that a slow reader loses progress first.
 */
export class EventRing {
  readonly #limits: RingLimits;
  readonly #kept: SentEvent[] = [];
  readonly #progress = new Map<string, SentEvent>();
  /** Nothing at or before this id can be told any more. */
  #floor: number;
  #newest: number;
  #characters = 0;

  /** `firstId` has to be larger than every id that an earlier daemon gave. */
  constructor(firstId: number, limits: RingLimits = defaultLimits) {
    this.#limits = limits;
    this.#newest = firstId - 1;
    this.#floor = this.#newest;
  }

  /** The id of the last event, whoever reads from it on gets everything new. */
  get newest(): number {
    return this.#newest;
  }

  append(event: UmbraEvent): SentEvent {
    const sent = { id: ++this.#newest, event, line: JSON.stringify(eventDocument(event)) };
    if (isProgress(event)) {
      this.#progress.set(subjectOf(event), sent);
      return sent;
    }
    if (isEnd(event)) this.#progress.delete(subjectOf(event));
    this.#kept.push(sent);
    this.#characters += sent.line.length;
    this.#forget();
    return sent;
  }

  /** How far a run is; undefined while nothing was heard of it, and once it has ended. */
  progressOf(run: RunId): RunProgress | undefined {
    const event = this.#progress.get(run)?.event;
    return event?.type === 'run.progress' ? event.progress : undefined;
  }

  /** The first event after `id`. */
  after(id: number): RingAnswer {
    if (id < this.#floor || id > this.#newest) return { type: 'gap', after: this.#floor };
    const kept = this.#kept[firstAfter(this.#kept, id)];
    let next = kept;
    for (const progress of this.#progress.values()) {
      if (progress.id > id && (next === undefined || progress.id < next.id)) next = progress;
    }
    return next === undefined ? { type: 'nothing' } : { type: 'event', sent: next };
  }

  #forget(): void {
    while (this.#kept.length > this.#limits.events || this.#characters > this.#limits.characters) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) return;
      this.#characters -= oldest.line.length;
      this.#floor = oldest.id;
    }
  }
}

/** Index of the first event with a larger id. */
function firstAfter(events: readonly SentEvent[], id: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.id ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

const ends = ['run.finished', 'restore.finished', 'restore.stopped', 'work.finished'] as const;

type End = EventOf<(typeof ends)[number]>;

const isEnd = (event: UmbraEvent): event is End => ends.some((type) => type === event.type);

/** Their ids begin with different letters. */
function subjectOf(event: End | EventOf<'run.progress' | 'restore.progress' | 'work.progress'>): string {
  if ('run' in event) return event.run;
  return 'restore' in event ? event.restore : event.work;
}
