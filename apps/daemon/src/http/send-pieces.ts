import type { ServerResponse } from 'node:http';
import { intoStream } from '@umbracore/runtime';

/** Writes an answer while it comes into being. What fails before the first byte is an answer like any other; what fails later ends the connection. */
export async function sendPieces(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  write: (sink: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const sink = intoStream(response);
  const begin = (): void => {
    if (!response.headersSent) response.writeHead(200, headers);
  };
  try {
    await write(async (chunk) => {
      begin();
      await sink(chunk);
    });
  } catch (error) {
    if (!response.headersSent) throw error;
    response.destroy();
    return;
  }
  begin();
  response.end();
}
