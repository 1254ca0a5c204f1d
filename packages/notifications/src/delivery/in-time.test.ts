import { FakeClock } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { deadlineMs, inTime } from './in-time.ts';

const never = new AbortController().signal;

test('what gives no answer is told to stop, and left', async () => {
  const clock = new FakeClock();
  let told: AbortSignal = never;
  const sent = inTime(clock, never, (signal) => {
    told = signal;
    return new Promise(() => {});
  });
  sent.catch(() => undefined);
  await clock.advance(deadlineMs - 1);
  expect(told.aborted).toBe(false);
  await clock.advance(1);
  await expect(sent).rejects.toMatchObject({ code: 'notify.unreachable', message: 'There was no answer within 20 s' });
  expect(told.aborted).toBe(true);
});

test('a stop from outside is not waited for, and is no trouble of the channel', async () => {
  const outer = new AbortController();
  const sent = inTime(new FakeClock(), outer.signal, () => new Promise(() => {}));
  outer.abort();
  await expect(sent).rejects.toMatchObject({ code: 'run.cancelled' });
});

test('nothing waits for the time to be over once there is an answer', async () => {
  const clock = new FakeClock();
  await inTime(clock, never, () => Promise.resolve());
  expect(clock.sleeping).toBe(0);
});
