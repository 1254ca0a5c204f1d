import { readFile } from 'node:fs';

/** A small file. `node:fs/promises` makes an object with a descriptor for each, which costs as much as the reading. */
export const readWholeFile = (path: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    readFile(path, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
