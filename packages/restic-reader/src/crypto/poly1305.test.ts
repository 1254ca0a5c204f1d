import * as fc from 'fast-check';
import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { poly1305 } from './poly1305.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const aes = (key: Buffer, nonce: Buffer): Buffer =>
  createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(nonce);

/** Appendix B of "The Poly1305-AES message-authentication code": key r, AES key k, nonce n, message, tag. */
const paper = [
  {
    r: '851fc40c3467ac0be05cc20404f3f700',
    k: 'ec074c835580741701425b623235add6',
    n: 'fb447350c4e868c52ac3275cf9d4327e',
    message: 'f3f6',
    tag: 'f4c633c3044fc145f84f335cb81953de',
  },
  {
    r: 'a0f3080000f46400d0c7e9076c834403',
    k: '75deaa25c09f208e1dc4ce6b5cad3fbf',
    n: '61ee09218d29b0aaed7e154a2c5509cc',
    message: '',
    tag: 'dd3fab2251f11ac759f0887129cc2ee7',
  },
  {
    r: '48443d0bb0d21109c89a100b5ce2c208',
    k: '6acb5f61a7176dd320c5c1eb2edcdc74',
    n: 'ae212a55399729595dea458bc621ff0e',
    message: '663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136',
    tag: '0ee1c16bb73f0f4fd19881753c01cdbe',
  },
  {
    r: '12976a08c4426d0ce8a82407c4f48207',
    k: 'e1a5668a4d5b66a5f68cc5424ed5982d',
    n: '9ae831e743978d3a23527c7128149e3a',
    message:
      'ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9',
    tag: '5154ad0d2cb26e01274fc51148491f1b',
  },
];

const zeros = '00'.repeat(15);
const ones = 'ff'.repeat(16);

/** RFC 8439, section 2.5.2 and those of appendix A.3 that lie at the edges of the arithmetic. */
const rfc = [
  {
    r: '85d6be7857556d337f4452fe42d506a8',
    s: '0103808afb0db2fd4abff6af4149f51b',
    message: Buffer.from('Cryptographic Forum Research Group').toString('hex'),
    tag: 'a8061dc1305136c6c22b8baf0c0127a9',
  },
  { r: `02${zeros}`, s: '00'.repeat(16), message: ones, tag: `03${zeros}` },
  { r: `02${zeros}`, s: ones, message: `02${zeros}`, tag: `03${zeros}` },
  { r: `01${zeros}`, s: '00'.repeat(16), message: `${ones}f0${'ff'.repeat(15)}11${zeros}`, tag: `05${zeros}` },
  {
    r: `01${zeros}`,
    s: '00'.repeat(16),
    message: `${ones}fb${'fe'.repeat(15)}${'01'.repeat(16)}`,
    tag: '00'.repeat(16),
  },
  { r: `02${zeros}`, s: '00'.repeat(16), message: `fd${'ff'.repeat(15)}`, tag: `fa${'ff'.repeat(15)}` },
];

/** The definition, word for word, in big integers. */
function bySlowArithmetic(r: Buffer, s: Buffer, message: Buffer): string {
  const number = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
  const factor = number(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + number(block) + (1n << BigInt(8 * block.length))) * factor) % ((1n << 130n) - 5n);
  }
  const tag = (sum + number(s)) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse().toString('hex');
}

describe('poly1305', () => {
  it.each(paper)('gives the tag $tag of the paper', ({ r, k, n, message, tag }) => {
    expect(poly1305(hex(r), aes(hex(k), hex(n)), hex(message)).toString('hex')).toBe(tag);
  });

  it.each(rfc)('gives the tag $tag of the RFC for $message', ({ r, s, message, tag }) => {
    expect(poly1305(hex(r), hex(s), hex(message)).toString('hex')).toBe(tag);
  });

  it('is the definition, for messages of any length', () => {
    const bytes = (length: number): fc.Arbitrary<Buffer> =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
    // Bytes of ones make the largest sums.
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      fc.nat(200).map((length) => Buffer.alloc(length, 0xff)),
    );
    const key = fc.oneof(bytes(16), fc.constant(Buffer.alloc(16, 0xff)));
    fc.assert(
      fc.property(key, key, message, (r, s, text) => {
        expect(poly1305(r, s, text).toString('hex')).toBe(bySlowArithmetic(r, s, text));
      }),
      { numRuns: 500 },
    );
  });

  it('is the definition for a large message that does not start at the beginning of its memory', () => {
    const whole = randomBytes(100_003);
    const [r, s, text] = [whole.subarray(1, 17), whole.subarray(17, 33), whole.subarray(3)];
    expect(poly1305(r, s, text).toString('hex')).toBe(bySlowArithmetic(r, s, text));
  });
});
