import { createCipheriv, randomBytes } from 'node:crypto';
import { poly1305 } from '../crypto/poly1305.ts';

/**
 * Seals content as restic does: nonce, AES-256 in counter mode, Poly1305-AES over the ciphertext. `key` has 64 bytes, as that
 * of a `SealingKey`. The opposite of `SealingKey.open`, apart from it because nothing that only reads may need it.
 */
export function seal(key: Uint8Array, content: Uint8Array): Buffer {
  const nonce = randomBytes(16);
  const encrypted = createCipheriv('aes-256-ctr', key.subarray(0, 32), nonce).update(content);
  const mask = createCipheriv('aes-128-ecb', key.subarray(32, 48), null).setAutoPadding(false).update(nonce);
  return Buffer.concat([nonce, encrypted, poly1305(key.subarray(48), mask, encrypted)]);
}
