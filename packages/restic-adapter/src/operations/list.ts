import type { Operation, SnapshotEntry } from '@umbracore/contracts';
import { EntryDecoder } from '../decode/entry.ts';
import { describeFailure } from '../messages.ts';
import type { Restic } from '../restic.ts';

/**
 * Entries as restic finds them. Output is taken only as fast as it is asked for, so memory stays flat however large the
 * snapshot is; leaving the loop early ends restic.
 */
export async function* list(
  restic: Restic,
  snapshot: string,
  path: string | undefined,
  operation: Operation,
): AsyncIterable<SnapshotEntry> {
  const stop = new AbortController();
  const signal = operation.signal === undefined ? stop.signal : AbortSignal.any([operation.signal, stop.signal]);
  const decoder = new EntryDecoder();
  const relay = new Relay();
  let isKnown = false;
  const onData = (chunk: Uint8Array): Promise<void> => {
    isKnown = true;
    return relay.put(decoder.push(chunk));
  };
  // With a folder restic lists its direct entries only, unless told otherwise.
  const call =
    path === undefined
      ? { name: 'ls', operands: [snapshot] }
      : { name: 'ls', flags: ['--recursive'], operands: [snapshot, path] };
  const reading = restic.read(call, { onData, deadlineMs: longestListMs }, { ...operation, signal });
  const ended = reading.finally(() => relay.close());
  // Awaited below; until then a failure must not count as unhandled.
  ended.catch(() => undefined);
  try {
    for await (const entries of relay) yield* entries;
    restic.throwIfFailed(await ended);
    yield* decoder.end();
    // 0.14 answers an unknown id with nothing at all and exit 0.
    if (!isKnown) throw describeFailure('snapshot.absent', { what: 'ls', repository: restic.name, text: snapshot });
  } finally {
    stop.abort();
    relay.close();
    await ended.catch(() => undefined);
  }
}

/** Its reader decides how long a listing takes. */
const longestListMs = 24 * 60 * 60_000;

type Batch = readonly SnapshotEntry[];

/** Hands batches from a writer to a reader, one at a time: the writer waits until its batch was taken. */
class Relay {
  #batch: Batch | undefined;
  #closed = false;
  #wake: (() => void) | undefined;
  #taken: (() => void) | undefined;

  put(batch: Batch): Promise<void> {
    if (this.#closed || batch.length === 0) return Promise.resolve();
    this.#batch = batch;
    this.#wake?.();
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.#taken?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
    for (;;) {
      const batch = this.#batch;
      if (batch !== undefined) {
        this.#batch = undefined;
        yield batch;
        this.#taken?.();
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
