import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** While `act` works, `meanwhile` happens right before or right after it opens a file, as a race that somebody else wins. */
export async function whenOpening<T>(
  when: 'before' | 'after',
  meanwhile: () => void,
  act: () => T | Promise<T>,
): Promise<T> {
  const { openSync } = fs;
  const { open } = fsPromises;
  const around = <R>(opening: () => R): R => {
    if (when === 'before') meanwhile();
    const opened = opening();
    if (when === 'after') meanwhile();
    return opened;
  };
  fs.openSync = (...args) => around(() => openSync(...args));
  fsPromises.open = async (...args) => {
    if (when === 'before') meanwhile();
    const handle = await open(...args);
    if (when === 'after') meanwhile();
    return handle;
  };
  syncBuiltinESMExports();
  try {
    return await act();
  } finally {
    fs.openSync = openSync;
    fsPromises.open = open;
    syncBuiltinESMExports();
  }
}
