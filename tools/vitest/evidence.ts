import { AsyncLocalStorage } from 'node:async_hooks';
import { configureGlobal, installGlobalPlugin } from 'fast-check';
import { aroundEach, type TestContext } from 'vitest';

/** What a test went through beside its assertions: so many cases, kills or flipped bytes, and from which seed they were drawn. */
export interface Evidence {
  readonly unit: string;
  readonly count: number;
  readonly seed?: number;
}

declare module 'vitest' {
  interface TaskMeta {
    evidence?: Evidence[];
  }
}

const key = Symbol.for('umbra.evidence.running');
const shared = globalThis as { [key]?: AsyncLocalStorage<TestContext['task']> };

/** Which test something belongs to, if several run at the same time, too. Files share a process, and each loads this anew. */
const running = (shared[key] ??= new AsyncLocalStorage());

aroundEach((run, { task }) => running.run(task, run));

/** Put down beside the test's result in the report of the run, for the page of promises. Outside a test it does nothing. */
export function putDown(evidence: Evidence): void {
  const task = running.getStore();
  if (task !== undefined) (task.meta.evidence ??= []).push(evidence);
}

/** The same in each run of the tests; `npm run test:faults` draws others. */
export const testSeed = Number(process.env['UMBRA_TEST_SEED'] ?? 20_261_126);

/** How often a test does what it repeats: as often as it says, but for `npm run test:faults`. */
export const times = (usual: number): number => Math.ceil(usual * Number(process.env['UMBRA_TEST_FACTOR'] ?? 1));

// A set-up file runs before each test file, and files share a process.
const installed = Symbol.for('umbra.evidence.installed');
if (!Object.hasOwn(globalThis, installed)) {
  Object.defineProperty(globalThis, installed, { value: true });
  configureGlobal({ seed: testSeed });
  installGlobalPlugin(() => ({
    onAllRunsComplete: ({ numRuns, seed }) => putDown({ unit: 'cases', count: numRuns, seed }),
  }));
}
