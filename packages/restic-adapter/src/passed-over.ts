import { codeOfText, describeFailure } from './messages.ts';
import type { Restic } from './restic.ts';

/** What `diff` says on standard error, and `find` (0.14 to 0.19) in the middle of its document, of a folder that they go on without. */
const complaint = /^error: .*|^unable to find blob size.*|Unable to load tree [0-9a-f]{64}$/m;

/** restic's words about the first folder that it could not read, if it ends with 0 all the same. */
export const passedOver = (text: string): string | undefined => complaint.exec(text)?.[0];

/** An answer that lacks something is none. */
export function throwIfPassedOver(restic: Restic, what: string, complained: string | undefined): void {
  if (complained === undefined) return;
  const text = restic.mask(complained);
  throw describeFailure(codeOfText(text, '') ?? 'repository.damaged', { what, repository: restic.name, text });
}
