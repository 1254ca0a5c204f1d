import { expect, it } from 'vitest';
import { changedIn } from './repair.ts';

it('knows the snapshots that a dry run would change', () => {
  const lines = [
    'snapshot 43c149e1 of [/data] at 2026-11-26 05:28:46.355573017 +0000 UTC by root@vm',
    'file "/data/one": removed missing content',
    'would save new snapshot',
    'snapshot 9607cdbe of [/data] at 2026-11-26 05:28:47.032084087 +0000 UTC by root@vm',
    'snapshot 1426eaf2 of [/data] at 2026-11-26 05:28:46.714331683 +0000 UTC by root@vm',
    'dir "/data": replaced with empty directory',
    'would delete empty snapshot',
    'would remove old snapshot',
    'would modify 2 snapshots',
  ];
  expect(changedIn(lines)).toEqual(['43c149e1', '1426eaf2']);
  expect(changedIn(['would modify 2 snapshots'])).toEqual([]);
});
