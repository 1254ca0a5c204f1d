import type { Operation } from '@umbracore/contracts';
import type { Restic } from '../restic.ts';

type Sink = (chunk: Uint8Array) => void | Promise<void>;

const longestDumpMs = 24 * 60 * 60_000;

/** Writes the content of one file, as fast as the sink takes it. What the sink throws ends restic and is thrown. */
export async function dump(
  restic: Restic,
  snapshot: string,
  path: string,
  sink: Sink,
  operation: Operation,
): Promise<void> {
  const stop = new AbortController();
  const signal = operation.signal === undefined ? stop.signal : AbortSignal.any([operation.signal, stop.signal]);
  let broken: { readonly thrown: unknown } | undefined;
  const onData = async (chunk: Uint8Array): Promise<void> => {
    if (broken !== undefined) return;
    try {
      await sink(chunk);
    } catch (thrown) {
      broken = { thrown };
      stop.abort();
    }
  };
  const call = { name: 'dump', json: false, operands: [snapshot, path] };
  const ended = await restic.read(call, { onData, deadlineMs: longestDumpMs }, { ...operation, signal });
  rethrow(broken);
  restic.throwIfFailed(ended);
}

/** Takes the value as an argument, since the compiler does not see that the callback above has set it. */
function rethrow(broken: { readonly thrown: unknown } | undefined): void {
  if (broken !== undefined) throw broken.thrown;
}
