import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What changes something on the disk, of all that this package calls. */
const changing = [
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
