import type { Session } from '../session.ts';

/** So many lines may wait for a slow reader. */
const linesAhead = 500;

/** Writes a history as it is read, at the pace of the reader. */
export async function exportHistory({ stdout }: Session, lines: AsyncIterable<string>): Promise<void> {
  let written = 0;
  for await (const line of lines) {
    stdout.write(line);
    written += 1;
    if (written % linesAhead === 0) await stdout.flush();
  }
}
