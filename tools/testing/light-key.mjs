// restic makes the scrypt of a password key take about half a second. Tests and benches open repositories thousands of
// times, so theirs get a key whose scrypt costs nothing. Only for throw-away repositories: it makes guessing cheap.
import { createCipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const cost = { N: 2, r: 1, p: 1 };

/** Any irreducible polynomial of degree 53 does; restic looks for one of its own for every repository. */
const chunkerPolynomial = '25b468838dcb75';

/**
 * Makes a local repository with such a key without restic: empty, in a format that every version from 0.14 on opens. Gives
 * its master key.
 */
export function makeRepository(repository, password, version = 2) {
  for (const folder of ['data', 'index', 'keys', 'locks', 'snapshots']) {
    mkdirSync(join(repository, folder), { recursive: true });
  }
  const master = randomBytes(64);
  const config = { version, id: randomBytes(32).toString('hex'), chunker_polynomial: chunkerPolynomial };
  writeFileSync(join(repository, 'config'), seal(master, Buffer.from(JSON.stringify(config))), { mode: 0o400 });
  const part = (from, to) => master.subarray(from, to).toString('base64');
  const keys = { mac: { k: part(32, 48), r: part(48, 64) }, encrypt: part(0, 32) };
  replaceKeys(repository, JSON.stringify(keys), password);
  return master;
}

/** Puts a snapshot into a local repository without restic, whose data is nowhere, and gives its id. */
export const addSnapshot = (repository, master, document) =>
  addFile(join(repository, 'snapshots'), seal(master, Buffer.from(JSON.stringify(document))));

/** Puts a lock into a local repository that no process holds, and gives its id. */
export const addLock = (repository, master, document) =>
  addFile(join(repository, 'locks'), seal(master, Buffer.from(JSON.stringify(document))));

/** Under the name that its content has. */
function addFile(folder, content) {
  const id = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(folder, id), content, { mode: 0o400 });
  return id;
}

/** Replaces all keys of a local repository by one for `password`; `masterKey` is what `restic cat masterkey` prints. */
export function replaceKeys(repository, masterKey, password) {
  const folder = join(repository, 'keys');
  const old = readdirSync(folder);
  addKey(repository, masterKey, password);
  for (const key of old) rmSync(join(folder, key));
}

/** Adds one, and gives its id. */
export function addKey(repository, masterKey, password) {
  const salt = randomBytes(64);
  const derived = scryptSync(password, salt, 64, cost);
  const text = keyFile(salt, seal(derived, Buffer.from(JSON.stringify(JSON.parse(masterKey)))));
  const folder = join(repository, 'keys');
  const name = createHash('sha256').update(text).digest('hex');
  writeFileSync(join(folder, `${name}.part`), text, { mode: 0o400 });
  renameSync(join(folder, `${name}.part`), join(folder, name));
  return name;
}

function keyFile(salt, sealed) {
  return JSON.stringify({
    created: new Date().toISOString(),
    username: 'test',
    hostname: 'test',
    kdf: 'scrypt',
    ...cost,
    salt: salt.toString('base64'),
    data: sealed.toString('base64'),
  });
}

/** restic's envelope: nonce, AES-256-CTR, Poly1305-AES over the ciphertext. */
function seal(derived, plain) {
  const nonce = randomBytes(16);
  const encrypted = createCipheriv('aes-256-ctr', derived.subarray(0, 32), nonce).update(plain);
  const mask = createCipheriv('aes-128-ecb', derived.subarray(32, 48), null).setAutoPadding(false).update(nonce);
  return Buffer.concat([nonce, encrypted, poly1305(derived.subarray(48, 64), mask, encrypted)]);
}

function poly1305(r, s, message) {
  const prime = (1n << 130n) - 5n;
  const factor = littleEndian(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < message.length; at += 16) {
    const block = message.subarray(at, at + 16);
    sum = ((sum + littleEndian(block) + (1n << BigInt(8 * block.length))) * factor) % prime;
  }
  const tag = (sum + littleEndian(s)) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

const littleEndian = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/**
 * Puts trees into a local repository without restic, in a pack of their own that an index names. Each is the list of nodes as
 * restic would write it down, or would not; gives their ids in the same order.
 */
export function addTrees(repository, master, trees) {
  const ids = [];
  const blobs = [];
  const pieces = [];
  let offset = 0;
  for (const nodes of trees) {
    const plain = Buffer.from(`${JSON.stringify({ nodes: nodes(ids) })}\n`);
    const sealed = seal(master, plain);
    const id = createHash('sha256').update(plain).digest('hex');
    blobs.push({ id, type: 'tree', offset, length: sealed.length });
    pieces.push(sealed);
    ids.push(id);
    offset += sealed.length;
  }
  const header = seal(master, Buffer.concat(blobs.map(headerEntry)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const content = Buffer.concat([...pieces, header, length]);
  const folder = join(repository, 'data', createHash('sha256').update(content).digest('hex').slice(0, 2));
  mkdirSync(folder, { recursive: true });
  const pack = addFile(folder, content);
  addFile(join(repository, 'index'), seal(master, Buffer.from(JSON.stringify({ packs: [{ id: pack, blobs }] }))));
  return ids;
}

function headerEntry({ id, length }) {
  const entry = Buffer.alloc(5);
  entry.writeUInt8(1);
  entry.writeUInt32LE(length, 1);
  return Buffer.concat([entry, Buffer.from(id, 'hex')]);
}
