import { expect, test } from 'vitest';
import type { EventDocument } from '@umbracore/runtime/documents';
import { Crowd } from './crowd.ts';

function crowdAfter(
  ...events: readonly (readonly [type: 'started' | 'finished', run: string, parent?: string])[]
): Crowd {
  const crowd = new Crowd();
  for (const [type, run, parent = null] of events) {
    crowd.note({ type: `run.${type}`, run, job: run, repository: null, parent } as EventDocument);
  }
  return crowd;
}

test('runs one after the other need no names', () => {
  const crowd = crowdAfter(['started', 'a'], ['finished', 'a'], ['started', 'b']);
  expect([crowd.has('a'), crowd.has('b')]).toEqual([false, false]);
});

test('both that are under way at the same time need theirs, also for what they say when they are alone again', () => {
  const crowd = crowdAfter(['started', 'a'], ['started', 'b'], ['finished', 'a']);
  expect([crowd.has('a'), crowd.has('b')]).toEqual([true, true]);
});

test('a run of a chain always does', () => {
  expect(crowdAfter(['started', 'a', 'chain']).has('a')).toBe(true);
});
