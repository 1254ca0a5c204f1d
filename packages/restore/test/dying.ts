import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What changes something on the disk, of all that this package calls. */
export const changing = [
  'chmodSync',
  'chownSync',
  'fdatasyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'unlinkSync',
  'utimesSync',
  'writeFileSync',
] as const;

export class Died extends Error {}

/**
 * Lets this process change nothing on the disk any more, from just before or just after the change with this number on, as if
 * it had been killed there; what it tries then throws. Gives how many changes there were.
 */
export async function dyingAt(at: number, when: 'before' | 'after', act: () => Promise<unknown>): Promise<number> {
  let count = 0;
  let dead = false;
  const originals = changing.map((name) => [name, fs[name]] as const);
  const wrapped = (original: (...args: unknown[]) => unknown) =>
    function (...args: unknown[]): unknown {
      if (dead) throw new Died();
      count += 1;
      if (count === at && when === 'before') dead = true;
      if (dead) throw new Died();
      const answer = original(...args);
      if (count === at) dead = true;
      if (dead) throw new Died();
      return answer;
    };
  for (const [name, original] of originals) Object.assign(fs, { [name]: wrapped(original as never) });
  syncBuiltinESMExports();
  try {
    await act();
  } catch (error) {
    if (!dead) throw error;
  } finally {
    for (const [name, original] of originals) Object.assign(fs, { [name]: original });
    syncBuiltinESMExports();
  }
  return count;
}

/** For as long as `act` takes, as on a file system that knows no links. */
export async function withoutLinks<T>(act: () => Promise<T>): Promise<T> {
  const { linkSync } = fs;
  const refuse = (): never => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM', syscall: 'link' });
  };
  Object.assign(fs, { linkSync: refuse });
  syncBuiltinESMExports();
  try {
    return await act();
  } finally {
    Object.assign(fs, { linkSync });
    syncBuiltinESMExports();
  }
}
