import type { Operation, SnapshotEntry } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { EntryDecoder, entryFormat } from '../decode/entry.ts';
import { listEnv } from '../decode/listed-fields.ts';
import { belowPath } from '../patterns.ts';
import { findArchive } from './archives.ts';
import { Relay } from './relay.ts';

/** Its reader decides how long a listing takes. */
const longestListMs = 24 * 60 * 60_000;

/**
 * Entries as borg finds them. Output is taken only as fast as it is asked for, so memory stays flat; leaving the loop early ends
 * borg. Nobody can write to the repository meanwhile.
 */
export async function* list(
  borg: Borg,
  snapshot: string,
  path: string | undefined,
  operation: Operation,
): AsyncIterable<SnapshotEntry> {
  const archive = await findArchive(borg, snapshot, operation);
  const stop = new AbortController();
  const signal = operation.signal === undefined ? stop.signal : AbortSignal.any([operation.signal, stop.signal]);
  const decoder = new EntryDecoder();
  const relay = new Relay<SnapshotEntry>();
  const call = {
    name: 'list',
    flags: [`--format=${entryFormat}`],
    env: listEnv,
    archive: archive.name,
    operands: path === undefined || path === '/' ? [] : [belowPath(path)],
  };
  const onData = (chunk: Uint8Array): Promise<void> => relay.put(decoder.push(chunk));
  const reading = borg.read(call, { onData, deadlineMs: longestListMs }, { ...operation, signal });
  const ended = reading.finally(() => relay.close());
  // Awaited below; until then a failure must not count as unhandled.
  ended.catch(() => undefined);
  try {
    for await (const entries of relay) yield* entries;
    borg.throwIfFailed(await ended);
  } finally {
    stop.abort();
    relay.close();
    await ended.catch(() => undefined);
  }
}
