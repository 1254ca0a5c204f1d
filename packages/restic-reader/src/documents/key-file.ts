import { scrypt } from 'node:crypto';
import { SealingKey } from '../crypto/sealing-key.ts';
import { damaged, unsupported } from '../problems.ts';
import { FieldReader, parseJson } from './fields.ts';

/**
 * restic's own calibration stays below 64 MiB and takes half a second. A file that asks for much more is not tried here, where
 * nobody could stop it: anybody who can write to the repository may have put it there.
 */
const mostScryptBytes = 1024 * 1024 * 1024;
const mostScryptWork = 2 ** 26;

/** One way into the repository: the master key, sealed with what scrypt makes of a password. */
export interface KeyFile {
  readonly salt: Buffer;
  readonly sealed: Buffer;
  readonly cost: ScryptCost;
}

interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export function parseKeyFile(what: string, bytes: Buffer): KeyFile {
  const fields = new FieldReader(what, parseJson(what, bytes));
  const kdf = fields.text('kdf');
  if (kdf !== 'scrypt') throw unsupported(`The ${what} uses ${kdf}, and only scrypt is known`);
  const cost = { N: fields.count('N'), r: fields.count('r'), p: fields.count('p') };
  if (cost.N < 2 || !Number.isInteger(Math.log2(cost.N)) || cost.r < 1 || cost.p < 1) {
    throw damaged(what, 'has a cost that scrypt does not know');
  }
  if (memoryOf(cost) > mostScryptBytes || cost.N * cost.r * cost.p > mostScryptWork) {
    throw unsupported(`The ${what} asks for more memory or time than is given to a key`);
  }
  return { cost, salt: fields.bytes('salt'), sealed: fields.bytes('data') };
}

const memoryOf = ({ N, r, p }: ScryptCost): number => 128 * r * (N + p + 2);

/**
 * The master key; undefined if this password does not open it. With restic's usual cost it takes half a second on the thread
 * pool, where it holds up nobody.
 */
export async function unlock(
  what: string,
  { salt, sealed, cost }: KeyFile,
  password: string,
): Promise<SealingKey | undefined> {
  const derived = await derive(Buffer.from(password, 'utf8'), salt, cost);
  const own = new SealingKey(derived);
  derived.fill(0);
  const content = own.open(sealed);
  own.wipe();
  if (content === undefined) return undefined;
  try {
    return masterKey(what, content);
  } finally {
    content.fill(0);
  }
}

function derive(password: Buffer, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: 2 * memoryOf(cost) };
    scrypt(password, salt, 64, options, (error, derived) => {
      password.fill(0);
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}

/** Reads what `restic cat masterkey` prints and what key files hold. */
export function masterKey(what: string, json: Buffer): SealingKey {
  const fields = new FieldReader(what, parseJson(what, json));
  const mac = fields.inner('mac');
  const parts = [fields.bytes('encrypt'), mac?.bytes('k'), mac?.bytes('r')];
  const bytes = Buffer.concat(parts.filter((part) => part !== undefined));
  try {
    if (bytes.length !== 64) throw damaged(what, 'holds no master key');
    return new SealingKey(bytes);
  } finally {
    for (const part of [...parts, bytes]) part?.fill(0);
  }
}
