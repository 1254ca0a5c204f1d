import { lstat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { JumpingClock } from './jumping-clock.ts';

test('time does not jump away from who reads files, however long that takes', async () => {
  const clock = new JumpingClock();
  const before = clock.now();
  let isOver = false;
  const sleeping = clock.sleep(60_000).then(() => (isOver = true));
  for (const end = performance.now() + 50; performance.now() < end;) await lstat('/');
  expect({ isOver, now: clock.now() }).toEqual({ isOver: false, now: before });
  await sleeping;
  expect(clock.now()).toBe(before + 60_000);
});
