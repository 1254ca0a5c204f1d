import { createCipheriv, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poly1305 } from './poly1305.ts';
import { sealBytes, SealingKey } from './sealing-key.ts';

const bytes = randomBytes(64);

/** As restic seals. */
function seal(content: Uint8Array): Buffer {
  const nonce = randomBytes(16);
  const encrypted = createCipheriv('aes-256-ctr', bytes.subarray(0, 32), nonce).update(content);
  const mask = createCipheriv('aes-128-ecb', bytes.subarray(32, 48), null).setAutoPadding(false).update(nonce);
  return Buffer.concat([nonce, encrypted, poly1305(bytes.subarray(48), mask, encrypted)]);
}

const content = fc.uint8Array({ maxLength: 100 });

describe('SealingKey', () => {
  it('opens what was sealed with it', () => {
    fc.assert(
      fc.property(content, (plain) => {
        const sealed = seal(plain);
        expect(sealed).toHaveLength(plain.length + sealBytes);
        expect(new SealingKey(bytes).open(sealed)).toEqual(Buffer.from(plain));
      }),
    );
  });

  it('opens nothing of which one bit is another, nor with a byte more or less', () => {
    const key = new SealingKey(bytes);
    fc.assert(
      fc.property(content, fc.nat(), (plain, place) => {
        const sealed = seal(plain);
        const bit = place % (sealed.length * 8);
        sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(key.open(sealed)).toBeUndefined();
        const whole = seal(plain);
        for (const other of [whole.subarray(1), whole.subarray(0, -1), Buffer.concat([whole, Buffer.of(0)])]) {
          expect(key.open(other)).toBeUndefined();
        }
      }),
    );
  });

  it('opens nothing of another key, for whichever part of it differs', () => {
    for (const at of [0, 33, 49]) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      const opened = new SealingKey(other).open(seal(Buffer.from('content')));
      // The key of the cipher alone is not under the tag: what it gives is no content then.
      expect(opened?.toString()).not.toBe('content');
    }
  });

  it('opens nothing any more when it was wiped; a copy does', () => {
    const key = new SealingKey(bytes);
    const copy = key.copy();
    key.wipe();
    expect(() => key.open(seal(Buffer.from('content')))).toThrow('wiped');
    expect(() => key.copy()).toThrow('wiped');
    expect(copy.open(seal(Buffer.from('content')))?.toString()).toBe('content');
  });

  it('shows in no output', () => {
    const key = new SealingKey(bytes);
    expect(inspect({ key }, { depth: 9, showHidden: true })).toBe('{ key: [secret] }');
    expect(JSON.stringify({ key })).toBe('{"key":"[secret]"}');
    expect(() => new SealingKey(bytes.subarray(1))).toThrow(RangeError);
  });
});
