// Writes what restic writes, as fast as a pipe takes it: `node write-lines.mjs nodes|status COUNT`.
import { writeSync } from 'node:fs';

/** So many lines are made once and repeated: the writer must not be what is measured. */
const distinct = 10_000;

const two = (number) => String(number % 60).padStart(2, '0');

/** A file as `ls --json` shows it (0.19). */
function node(n) {
  const path = `/srv/data/folder-${n % 400}/sub-${n % 7}/${n % 10 === 0 ? 'Übersicht “neu”' : 'photo'}_${n.toString(36)}.jpg`;
  const time = `2026-03-${two((n % 28) + 1)}T${two(n % 24)}:${two(n)}:${two(n * 7)}.183340105Z`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    type: n % 25 === 0 ? 'dir' : 'file',
    path,
    uid: 1000,
    gid: 1000,
    ...(n % 25 === 0 ? {} : { size: (n * 7919) % 4_000_000 }),
    mode: n % 25 === 0 ? 2_147_484_141 : 420,
    permissions: n % 25 === 0 ? 'drwxr-xr-x' : '-rw-r--r--',
    mtime: time,
    atime: time,
    ctime: time,
    inode: 2_851_808 + n,
    message_type: 'node',
    struct_type: 'node',
  };
}

/** Progress of a backup (0.19), and now and then an item that could not be read. */
function status(n) {
  if (n % 100 === 0) {
    const path = `/srv/data/locked-${n}`;
    return {
      message_type: 'error',
      error: { message: `open ${path}: permission denied` },
      during: 'archival',
      item: path,
    };
  }
  return {
    message_type: 'status',
    seconds_elapsed: n,
    seconds_remaining: distinct - n,
    percent_done: n / distinct,
    total_files: distinct,
    files_done: n,
    total_bytes: distinct * 47_500,
    bytes_done: n * 47_500,
    current_files: [`/srv/data/folder-${n % 400}/photo_${n}.jpg`, `/srv/data/folder-${n % 400}/photo_${n + 1}.jpg`],
  };
}

const [kind, count] = [process.argv[2], Number(process.argv[3])];
const make = { nodes: node, status }[kind];
const block = Buffer.from(Array.from({ length: distinct }, (_, n) => `${JSON.stringify(make(n))}\n`).join(''));
for (let written = 0; written < count; written += distinct) {
  for (let at = 0; at < block.length;) at += writeSync(1, block, at);
}
