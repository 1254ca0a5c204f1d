import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';

/** One value, encrypted. All of it base64. */
export interface SealedValue {
  readonly iv: string;
  readonly data: string;
  readonly tag: string;
}

/** What a passphrase is turned into a key with: an eighth of a gigabyte, a few tenths of a second. */
export const scryptCosts = { N: 2 ** 17, r: 8, p: 1 } as const;

export interface ScryptParameters {
  readonly salt: string;
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export const newSalt = (): string => randomBytes(16).toString('base64');

export function keyFromPassphrase(passphrase: string, { salt, N, r, p }: ScryptParameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 256 * N * r };
    scrypt(passphrase, Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** AES-256-GCM. What it belongs to is sealed with it, so that one entry cannot be put in the place of another. */
export function seal(key: Buffer, value: string, belongsTo: string): SealedValue {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(belongsTo));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), data: data.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
}

/** Throws if the key is another one, or anything was changed. */
export function unseal(key: Buffer, { iv, data, tag }: SealedValue, belongsTo: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), { authTagLength: 16 })
    .setAAD(Buffer.from(belongsTo))
    .setAuthTag(Buffer.from(tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8');
}
