import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { PrivilegedWorld } from './privileged-world.ts';
import { until, type Started } from './world.ts';

/** A run whose engine works for so many more seconds. */
export async function underWay(jobLines = '', seconds = 4): Promise<{ world: PrivilegedWorld; run: Started }> {
  const world = new PrivilegedWorld(`    limits: { upload: 512KiB/s }\n    verify: { afterBackup: none }\n${jobLines}`);
  world.write('large', randomBytes(seconds * 512 * 1024));
  try {
    await world.startHelper();
    const run = world.start(['run', 'documents', '--verbose', '--verbose']);
    await until('the engine has its lock', () => world.locks().length > 0);
    return { world, run };
  } catch (error) {
    world[Symbol.dispose]();
    throw error;
  }
}

export function expectNothingLeft(world: PrivilegedWorld): void {
  expect({ engines: world.engines(), locks: world.locks().length }).toEqual({ engines: [], locks: 0 });
}
