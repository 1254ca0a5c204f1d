import type { Lease, StateStore } from '@umbracore/contracts';
import { FakeProcessTable } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { areOthersAtWork } from './others-at-work.ts';

const now = 1_000_000;
const processes = new FakeProcessTable();
const self = processes.self();

const held = (owner: Partial<Lease['owner']>, until = now + 1): Pick<StateStore, 'open'> => ({
  open: async () =>
    [
      { run: { id: 'r-1' }, lease: undefined },
      { run: { id: 'r-2' }, lease: { run: 'r-2', owner: { ...self, ...owner }, fence: 1, until } },
    ] as unknown as Awaited<ReturnType<StateStore['open']>>,
});

test.each<[string, Pick<StateStore, 'open'>, boolean]>([
  ['one of this numbering', held({}), false],
  ['one of another container', held({ pids: 'another' }), true],
  ['one of another container that gave no sign', held({ pids: 'another' }, now), false],
  ['one of another host', held({ host: 'another', pids: 'another' }), false],
  ['one of an earlier boot', held({ bootId: 'another', pids: 'another' }), false],
  ['nobody knows', { open: () => Promise.reject(new Error('no store')) }, true],
])('%s', async (_, store, others) => {
  expect(await areOthersAtWork(store, processes, { now: () => now })).toBe(others);
});
