import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  /** In ASCII. */
  readonly name: string;
  readonly content: string;
}

/** A ZIP archive of some files of a few megabytes, mode 0600 once they are unpacked. `at` are milliseconds, told in UTC. */
export function zip(entries: readonly ZipEntry[], at: number): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const path = Buffer.from(name);
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const facts = factsOf({ at, crc: crc32(bytes), packed: packed.length, size: bytes.length, name: path.length });
    const local = Buffer.concat([word(0x04034b50), facts, path, packed]);
    locals.push(local);
    directory.push(
      Buffer.concat([word(0x02014b50), half(madeByUnix), facts, Buffer.alloc(6), word(ownersFile), word(offset), path]),
    );
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = half(entries.length);
  const end = [word(0x06054b50), Buffer.alloc(4), count, count, word(central.length), word(offset), half(0)];
  return Buffer.concat([...locals, central, ...end]);
}

/** Version 2.0 of the format, so that the mode counts. */
const madeByUnix = (3 << 8) | 20;

/** A regular file of mode 0600, in the upper half. */
const ownersFile = 0o100600 * 0x10000;

interface Facts {
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly name: number;
}

/** What a file's own header and its line in the directory have in common: version needed, flags, method and so on. */
function factsOf({ at, crc, packed, size, name }: Facts): Buffer {
  const deflated = 8;
  const { time, date } = dosTime(at);
  const words = [word(crc), word(packed), word(size)];
  return Buffer.concat([half(20), half(0), half(deflated), half(time), half(date), ...words, half(name), half(0)]);
}

/** In steps of two seconds, from 1980. */
function dosTime(at: number): { readonly time: number; readonly date: number } {
  const day = new Date(Math.max(at, Date.UTC(1980, 0, 1)));
  return {
    time: (day.getUTCHours() << 11) | (day.getUTCMinutes() << 5) | (day.getUTCSeconds() >> 1),
    date: ((day.getUTCFullYear() - 1980) << 9) | ((day.getUTCMonth() + 1) << 5) | day.getUTCDate(),
  };
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
