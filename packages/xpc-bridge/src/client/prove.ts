import { chownSync, closeSync, constants, fchmodSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import type { Greeting } from '../protocol/answers.ts';

/**
 * Makes the file by which the program sees whose process this is. A group that the policy names is shown by giving the file to it,
 * which the system lets only its members do. The file is the program's to remove.
 */
export function prove({ nonce, proof, groups }: Greeting): void {
  if (!/^[0-9a-f]{32}$/.test(basename(proof))) throw new Error('the program asks for a file of another name');
  const file = openSync(proof, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
  try {
    // What is in it is of no use on any other connection.
    fchmodSync(file, 0o444);
    writeSync(file, nonce);
  } finally {
    closeSync(file);
  }
  const ours = groups.find((group) => process.getgroups?.().includes(group));
  if (ours !== undefined && ours !== process.getegid?.()) chownSync(proof, process.geteuid?.() ?? -1, ours);
}
