import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { ProcessIdentity } from '@umbracore/contracts';
import { noteIn } from './note-in.ts';

const schema = z.object({
  id: z.string(),
  role: z.enum(['backup', 'restore']),
  /** Of the machine when it was asked for. */
  bootId: z.string(),
  /** Known once the program has answered. */
  engine: z.nullable(
    z.object({
      pid: z.int(),
      startTime: z.string(),
      bootId: z.string(),
      host: z.string(),
      pids: z.optional(z.string()),
    }),
  ),
});

/** What is kept of a start in the spool folder of the one who asked for it. */
export interface StartNote {
  readonly id: string;
  readonly role: 'backup' | 'restore';
  readonly bootId: string;
  readonly engine: ProcessIdentity | null;
}

export function writeNote(spool: string, note: StartNote): void {
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  const file = noteIn(spool);
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Undefined if no start was ever asked for from this folder. */
export function readNote(spool: string): StartNote | undefined {
  let text: string;
  try {
    text = readFileSync(noteIn(spool), 'utf8');
  } catch {
    return undefined;
  }
  return schema.parse(JSON.parse(text));
}
