import { UmbraError } from '@umbracore/contracts';
import type { Lease, RunRecord, StateStore } from '@umbracore/contracts';
import { aRun, FakeClock, recordingLog } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { LeaseKeeper, leaseTtlMs } from './lease-keeper.ts';

const owner = { pid: 1, startTime: '1', bootId: 'b', host: 'h' };

function kept(store: Partial<Pick<StateStore, 'renew' | 'run'>>) {
  const clock = new FakeClock();
  const told: string[] = [];
  const log = recordingLog();
  const lease: Lease = { run: 'r-1', owner, fence: 1, until: clock.now() + leaseTtlMs };
  const renewals: number[] = [];
  const keeper = new LeaseKeeper({
    store: {
      run: async () => aRun(),
      renew: async (held: Lease, until: number) => {
        renewals.push(until - clock.now());
        return { lease: { ...held, until }, cancelRequested: false };
      },
      ...store,
    } as StateStore,
    clock,
    log,
    lease,
    onCancelRequested: () => told.push('cancel'),
    onLost: ({ code }) => told.push(code),
  });
  return { clock, keeper, told, renewals, log };
}

test('renews every third of the time, always for the whole of it', async () => {
  const { clock, keeper, renewals } = kept({});
  await clock.advance(60_000);
  expect(renewals).toEqual([leaseTtlMs, leaseTtlMs, leaseTtlMs, leaseTtlMs, leaseTtlMs, leaseTtlMs]);
  expect(keeper.lease.until).toBe(clock.now() + leaseTtlMs);
  await keeper[Symbol.asyncDispose]();
  await clock.advance(60_000);
  expect(renewals).toHaveLength(6);
});

test('renews at once when the wall clock was set forward, or the machine slept', async () => {
  const { clock, keeper, renewals } = kept({});
  await clock.advance(2000);
  expect(renewals).toEqual([]);
  clock.setWall(clock.now() + 3_600_000);
  await clock.advance(1000);
  expect(renewals).toEqual([leaseTtlMs]);
  expect(keeper.lease.until).toBe(clock.now() + leaseTtlMs);
  await clock.advance(9000);
  expect(renewals).toHaveLength(1);
});

test('sees within about a second that the run is to be cancelled', async () => {
  let run: RunRecord = aRun();
  const { clock, told } = kept({ run: async () => run });
  await clock.advance(3000);
  expect(told).toEqual([]);
  run = aRun({ cancelRequestedAt: clock.now() });
  await clock.advance(1000);
  expect(told).toEqual(['cancel']);
});

test('sees it when it renews as well', async () => {
  const renew: StateStore['renew'] = async (lease) => ({ lease, cancelRequested: true });
  const { clock, told } = kept({ renew });
  await clock.advance(10_000);
  expect(told).toEqual(['cancel']);
});

test('tells once that the lease is lost, and stops', async () => {
  const renew = () => Promise.reject(new UmbraError('state.lease-lost', 'taken over'));
  const { clock, told } = kept({ renew });
  await clock.advance(60_000);
  expect(told).toEqual(['state.lease-lost']);
  expect(clock.sleeping).toBe(0);
});

test('goes on when the store is full for a while', async () => {
  let full = true;
  const renew: StateStore['renew'] = async (lease, until) => {
    if (full) throw new UmbraError('state.full', 'no space');
    return { lease: { ...lease, until }, cancelRequested: false };
  };
  const { clock, keeper, told, log } = kept({ renew });
  await clock.advance(20_000);
  full = false;
  await clock.advance(1000);
  expect(told).toEqual([]);
  expect(log.text()).toContain('heartbeat');
  expect(keeper.lease.until).toBe(clock.now() + leaseTtlMs);
});

test('a store that hangs is not asked twice at once', async () => {
  let asked = 0;
  const run = () => {
    asked += 1;
    return new Promise<never>(() => {});
  };
  const { clock } = kept({ run });
  await clock.advance(60_000);
  expect(asked).toBe(1);
});
