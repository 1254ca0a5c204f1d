import { inflateRawSync } from 'node:zlib';

const signatures = { file: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 };

/** The files of a ZIP archive by their names; undefined of what is none. */
export function unzip(archive: Buffer): ReadonlyMap<string, Buffer> | undefined {
  if (archive.length < 22 || archive.readUInt32LE(0) !== signatures.file) return undefined;
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== signatures.end) return undefined;
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  while (archive.readUInt32LE(at) === signatures.entry) {
    const [packed, local] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 42)];
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    files.set(name, inflateRawSync(archive.subarray(from, from + packed)));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}
