import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { goRuntime } from './go-runtime.ts';

const gibibyte = 1024 ** 3;

it.each([
  ['plenty of memory', {}, 6 * gibibyte, { GOGC: '200', GOMEMLIMIT: '4096MiB' }],
  ['just enough of it', {}, 4 * gibibyte, { GOGC: '200', GOMEMLIMIT: '2730MiB' }],
  ['too little', {}, 4 * gibibyte - 1, {}],
  [
    'who gives way needs less of the processors so, too',
    { priority: 'idle' },
    6 * gibibyte,
    { GOGC: '200', GOMEMLIMIT: '4096MiB' },
  ],
  ['a share of the processors', { cpuShare: 1 }, gibibyte, { GOMAXPROCS: String(availableParallelism()) }],
  ['hardly a share', { cpuShare: 0.001 }, gibibyte, { GOMAXPROCS: '1' }],
  [
    'a share, and plenty of memory',
    { cpuShare: 0.001 },
    6 * gibibyte,
    { GOMAXPROCS: '1', GOGC: '200', GOMEMLIMIT: '4096MiB' },
  ],
  ['limits of another kind', { uploadBytesPerSecond: 1 }, 6 * gibibyte, { GOGC: '200', GOMEMLIMIT: '4096MiB' }],
] as const)('%s', (_, limits, availableBytes, environment) => {
  expect(goRuntime(limits, availableBytes)).toEqual(environment);
});
