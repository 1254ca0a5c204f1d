import type { IncomingMessage } from 'node:http';
import { UmbraError } from '@umbracore/contracts';

/** No request needs more; one that agrees to thousands of snapshots being forgotten needs so much. */
export const longestBodyBytes = 1024 * 1024;

/** The JSON body of a request, read no further than it may be long. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBodyBytes)
      throw new UmbraError('usage.invalid', `the body is longer than ${longestBodyBytes} bytes`, {
        hint: 'Send less.',
      });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  } catch (cause) {
    throw new UmbraError('usage.invalid', 'the body is no JSON', { hint: 'Send one JSON object.', cause });
  }
}
