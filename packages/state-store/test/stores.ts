import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateStore } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import { memoryStateStore, openStateStore } from '../src/index.ts';

/** A folder of a test's own, removed with everything in it. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'umbra-state-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export const openIn = (dir: string): Promise<StateStore> => openStateStore({ dir, clock: new FakeClock() });

/** The two stores as subjects of the contract cases. */
export const subjects = {
  memory: async () => {
    const store = memoryStateStore();
    return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  },
  sqlite: async () => {
    const folder = temporaryFolder();
    let store = await openIn(folder.path);
    return {
      get store() {
        return store;
      },
      async reopen() {
        await store[Symbol.asyncDispose]();
        store = await openIn(folder.path);
      },
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        folder[Symbol.dispose]();
      },
    };
  },
};
