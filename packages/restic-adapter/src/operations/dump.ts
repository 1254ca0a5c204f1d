import type { DumpOperation } from '@umbracore/contracts';
import type { Restic } from '../restic.ts';

type Sink = (chunk: Uint8Array) => void | Promise<void>;

/** The sink decides how long it takes. */
const longestDumpMs = 24 * 60 * 60_000;

/** Writes the content of one file, or an archive of a folder, as fast as the sink takes it. What the sink throws ends restic and is thrown. */
export async function dump(
  restic: Restic,
  snapshot: string,
  path: string,
  sink: Sink,
  operation: DumpOperation,
): Promise<void> {
  const { archive } = operation;
  const flags = archive === undefined ? [] : [`--archive=${archive}`];
  const call = { name: 'dump', json: false, flags, operands: [snapshot, path] };
  restic.throwIfFailed(await restic.read(call, { onData: sink, deadlineMs: longestDumpMs }, operation));
}
