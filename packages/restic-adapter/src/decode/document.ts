import * as z from 'zod';
import { UmbraError, type Operation } from '@umbracore/contracts';
import type { Call } from '../command.ts';
import type { Ended, ReadOptions, Restic } from '../restic.ts';

/** A list of 100 000 snapshots is about a tenth of it. */
const largestDocument = 512 * 1024 * 1024;

/** The whole standard output of a reading call, as bytes: a document may be one line of many megabytes. */
export async function readOutput(
  restic: Restic,
  call: Call,
  operation: Operation,
  options: Pick<ReadOptions, 'deadlineMs' | 'stderr'> = {},
): Promise<{ readonly ended: Ended; readonly text: string }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const onData = (chunk: Uint8Array): void => {
    size += chunk.length;
    if (size <= largestDocument) chunks.push(chunk);
  };
  const ended = await restic.read(call, { ...options, onData }, operation);
  restic.throwIfFailed(ended);
  if (size > largestDocument) throw badOutput(call.name, `more than ${largestDocument} bytes`);
  return { ended, text: Buffer.concat(chunks).toString('utf8') };
}

/** Runs a reading call and checks its document. Throws what `Restic.read` does, and `engine.output`. */
export async function readDocument<T>(
  restic: Restic,
  schema: z.ZodType<T>,
  call: Call,
  operation: Operation,
  options?: Pick<ReadOptions, 'deadlineMs' | 'stderr'>,
): Promise<T> {
  const { text } = await readOutput(restic, call, operation, options);
  return parseDocument(schema, text, call.name);
}

/** Reads a document that may have lines of text before it. */
export function parseDocument<T>(schema: z.ZodType<T>, text: string, command: string): T {
  const parsed = schema.safeParse(parseJson(text, command));
  if (parsed.success) return parsed.data;
  throw badOutput(command, z.prettifyError(parsed.error).split('\n')[0] ?? '');
}

function parseJson(text: string, command: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const start = /^[[{]/m.exec(text)?.index;
    try {
      if (start !== undefined) return JSON.parse(text.slice(start));
    } catch {
      // Said below.
    }
    throw badOutput(command, 'no JSON');
  }
}

const badOutput = (command: string, what: string): UmbraError =>
  new UmbraError('engine.output', `The output of restic ${command} cannot be understood: ${what}`);
