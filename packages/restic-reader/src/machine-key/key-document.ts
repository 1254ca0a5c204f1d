import { randomBytes, scryptSync } from 'node:crypto';
import type { SealingKey } from '../crypto/sealing-key.ts';
import { sha256 } from '../documents/hashed-name.ts';
import { seal } from './seal.ts';

/**
 * The least that scrypt takes. It is there to make guessing slow, and 256 bits of chance are beyond all guessing: see
 * docs/machine-key.md.
 */
export const leastCost = { N: 2, r: 1, p: 1 } as const;

/** Shows in `restic key list`, so that everybody sees what it is. */
export const machineKeyUser = 'umbra-machine-key';

/** A key file of a repository, ready to be stored under its id. */
export interface KeyDocument {
  readonly id: string;
  readonly text: string;
}

/** The master key of a repository, sealed for a secret that nobody can guess. */
export function keyDocument(master: SealingKey, secret: string, host: string, now: Date): KeyDocument {
  const salt = randomBytes(64);
  const derived = scryptSync(secret, salt, 64, leastCost);
  try {
    const sealed = master.sealedBy((document) => seal(derived, document));
    const text = JSON.stringify({
      created: now.toISOString(),
      username: machineKeyUser,
      hostname: host,
      kdf: 'scrypt',
      ...leastCost,
      salt: salt.toString('base64'),
      data: sealed.toString('base64'),
    });
    return { id: sha256(Buffer.from(text)), text };
  } finally {
    derived.fill(0);
  }
}
