import { createHash } from 'node:crypto';
import { damaged } from '../problems.ts';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file is stored under the hash of its content. */
export function checkName(what: string, id: string, bytes: Uint8Array): void {
  if (sha256(bytes) !== id) throw damaged(what, 'does not have the content that its name stands for');
}
