import type { Clock, DurationMs } from '@umbracore/contracts';
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { ContractCase } from './contract-case.ts';

/** One clock under test. */
export interface ClockSubject extends AsyncDisposable {
  readonly clock: Clock;
  /** Lets at least so much time pass for this clock: by waiting, or by moving a fake. */
  readonly pass: (byMs: DurationMs) => Promise<void>;
}

export const clockCases: readonly ContractCase<ClockSubject>[] = [
  {
    name: 'both clocks go on, the monotonic one never back',
    async run({ clock, pass }) {
      const wall = clock.now();
      const before = clock.monotonicMs();
      await pass(20);
      ok(clock.now() >= wall + 15, 'the wall clock stands still');
      ok(clock.monotonicMs() >= before + 15, 'the monotonic clock stands still');
    },
  },
  {
    name: 'the wall clock gives whole milliseconds',
    async run({ clock }) {
      ok(Number.isSafeInteger(clock.now()));
    },
  },
  {
    name: 'a sleep ends when its time has passed, and not before',
    async run({ clock, pass }) {
      let awake = false;
      const slept = clock.sleep(60).then(() => (awake = true));
      await turn();
      equal(awake, false, 'it woke at once');
      await pass(120);
      equal(await slept, true);
    },
  },
  {
    name: 'the shorter of two sleeps ends first',
    async run({ clock, pass }) {
      const woken: string[] = [];
      const both = [clock.sleep(60).then(() => woken.push('long')), clock.sleep(20).then(() => woken.push('short'))];
      await pass(150);
      await Promise.all(both);
      deepEqual(woken, ['short', 'long']);
    },
  },
  {
    name: "an aborted sleep rejects with the signal's reason, without waiting",
    async run({ clock }) {
      const reason = new Error('enough');
      const abort = new AbortController();
      const slept = clock.sleep(3_600_000, abort.signal);
      abort.abort(reason);
      await rejects(slept, reason);
      await rejects(clock.sleep(3_600_000, AbortSignal.abort(reason)), reason);
    },
  },
  {
    name: 'a tick comes again and again, until it is disposed',
    async run({ clock, pass }) {
      let ticks = 0;
      const ticking = clock.every(20, () => (ticks += 1));
      equal(ticks, 0, 'it ticked at once');
      await pass(100);
      ok(ticks >= 2, `only ${ticks} ticks`);
      ticking[Symbol.dispose]();
      const seen = ticks;
      await pass(100);
      equal(ticks, seen, 'it ticked after it was disposed');
    },
  },
];
