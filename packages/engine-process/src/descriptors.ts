import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';

/** The first descriptor after standard input, output and error. */
const firstDescriptor = 3;

/**
 * Puts descriptor paths in the place of `{fd:NAME}`, and numbers in that of `{fd-number:NAME}`, for contents that are inherited in
 * the order of their names.
 */
export function placeDescriptors(names: readonly string[], text: string): string {
  if (!text.includes('{fd')) return text;
  return names.reduce((placed, name, index) => {
    const number = String(index + firstDescriptor);
    return placed.replaceAll(`{fd:${name}}`, `/dev/fd/${number}`).replaceAll(`{fd-number:${name}}`, number);
  }, text);
}

/**
 * A file without a name that holds `content`, open for reading. On a memory file system where there is one, so that a
 * secret never reaches a disk. A pipe would not do: an engine may open `/dev/fd/N` twice or ask for its size.
 */
export function unnamedFile(content: Uint8Array, fallbackFolder: string): number {
  try {
    return fill(openUnnamed('/dev/shm'), content);
  } catch {
    return fill(openUnnamed(fallbackFolder), content);
  }
}

/** `O_TMPFILE`, which Node does not list: its own bit is the same on x86, ARM, RISC-V, POWER and s390. */
const withoutName = 0o20000000 | constants.O_DIRECTORY;

function openUnnamed(folder: string): number {
  try {
    return openSync(folder, constants.O_RDWR | withoutName, 0o600);
  } catch {
    const path = `${folder}/.umbra-${process.pid}-${Math.random().toString(36).slice(2)}`;
    const descriptor = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return descriptor;
  }
}

/** Gives the file back read-only and from its start; the writable descriptor is closed. */
function fill(descriptor: number, content: Uint8Array): number {
  try {
    for (let offset = 0; offset < content.length;) {
      offset += writeSync(descriptor, content, offset, content.length - offset, offset);
    }
    return openSync(`/dev/fd/${descriptor}`, 'r');
  } finally {
    closeSync(descriptor);
  }
}
