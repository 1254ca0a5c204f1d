/**
 * Poly1305 by D. J. Bernstein, which Node has inside of ChaCha20 only, where its key cannot be chosen.
 *
 * The number is held in six limbs of 22 bits. The largest sum of a multiplication is below 2^52, so doubles hold every step
 * exactly, and a block costs 36 multiplications where limbs that fit into 32-bit integers would take a hundred.
 */
const limbBits = 22;
const limb = 2 ** limbBits;
const inverse = 2 ** -limbBits;
const limbMask = limb - 1;

/** 2^132 is 20 modulo 2^130 - 5: what overflows the last limb comes back to the first so many times. */
const wrap = 20;

const blockBytes = 16;
const prime = 2n ** 130n - 5n;
const tagMask = 2n ** 128n - 1n;

/** The tag of `message` under the one-time key of `r` (clamped here) and `s`, of 16 bytes each. */
export function poly1305(r: Uint8Array, s: Uint8Array, message: Uint8Array): Buffer {
  const sum = new Sum(clamped(r));
  const whole = message.length - (message.length % blockBytes);
  sum.add(viewOf(message), whole, 2 ** 18);
  if (whole < message.length) {
    const last = new Uint8Array(blockBytes);
    last.set(message.subarray(whole));
    last[message.length - whole] = 1;
    sum.add(viewOf(last), blockBytes, 0);
  }
  return littleEndian((sum.value() + fromLittleEndian(s)) & tagMask);
}

class Sum {
  readonly #r: readonly number[];
  #h: readonly number[] = [0, 0, 0, 0, 0, 0];

  constructor(r: Uint8Array) {
    this.#r = limbsOf(viewOf(r));
  }

  /** Adds the first `length` bytes, whole blocks; `high` is what stands above the 128 bits of each. */
  add(bytes: DataView, length: number, high: number): void {
    const [r0 = 0, r1 = 0, r2 = 0, r3 = 0, r4 = 0, r5 = 0] = this.#r;
    const s1 = r1 * wrap;
    const s2 = r2 * wrap;
    const s3 = r3 * wrap;
    const s4 = r4 * wrap;
    const s5 = r5 * wrap;
    let [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0] = this.#h;
    for (let at = 0; at < length; at += blockBytes) {
      const t0 = bytes.getUint32(at, true);
      const t1 = bytes.getUint32(at + 4, true);
      const t2 = bytes.getUint32(at + 8, true);
      const t3 = bytes.getUint32(at + 12, true);
      h0 += t0 & limbMask;
      h1 += ((t0 >>> 22) | (t1 << 10)) & limbMask;
      h2 += ((t1 >>> 12) | (t2 << 20)) & limbMask;
      h3 += (t2 >>> 2) & limbMask;
      h4 += ((t2 >>> 24) | (t3 << 8)) & limbMask;
      h5 += (t3 >>> 14) + high;

      const d0 = h0 * r0 + h1 * s5 + h2 * s4 + h3 * s3 + h4 * s2 + h5 * s1;
      let carry = Math.floor(d0 * inverse);
      const d1 = h0 * r1 + h1 * r0 + h2 * s5 + h3 * s4 + h4 * s3 + h5 * s2 + carry;
      const low = d0 - carry * limb;
      carry = Math.floor(d1 * inverse);
      const d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s5 + h4 * s4 + h5 * s3 + carry;
      const next = d1 - carry * limb;
      carry = Math.floor(d2 * inverse);
      const d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s5 + h5 * s4 + carry;
      const third = d2 - carry * limb;
      carry = Math.floor(d3 * inverse);
      const d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * s5 + carry;
      const fourth = d3 - carry * limb;
      carry = Math.floor(d4 * inverse);
      const d5 = h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0 + carry;
      h2 = third;
      h3 = fourth;
      h4 = d4 - carry * limb;
      carry = Math.floor(d5 * inverse);
      h5 = d5 - carry * limb;
      const first = low + carry * wrap;
      carry = Math.floor(first * inverse);
      h0 = first - carry * limb;
      h1 = next + carry;
    }
    this.#h = [h0, h1, h2, h3, h4, h5];
  }

  value(): bigint {
    const sum = this.#h.reduceRight((above, part) => (above << BigInt(limbBits)) + BigInt(part), 0n);
    return sum % prime;
  }
}

function limbsOf(bytes: DataView): readonly number[] {
  const t0 = bytes.getUint32(0, true);
  const t1 = bytes.getUint32(4, true);
  const t2 = bytes.getUint32(8, true);
  const t3 = bytes.getUint32(12, true);
  return [
    t0 & limbMask,
    ((t0 >>> 22) | (t1 << 10)) & limbMask,
    ((t1 >>> 12) | (t2 << 20)) & limbMask,
    (t2 >>> 2) & limbMask,
    ((t2 >>> 24) | (t3 << 8)) & limbMask,
    t3 >>> 14,
  ];
}

/** The bits that Poly1305 wants to be zero. */
function clamped(r: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(r);
  for (const at of [3, 7, 11, 15]) copy[at] = (copy[at] ?? 0) & 0x0f;
  for (const at of [4, 8, 12]) copy[at] = (copy[at] ?? 0) & 0xfc;
  return copy;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const fromLittleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

const littleEndian = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(32, '0'), 'hex').reverse();
