import type { Lease } from '@umbracore/contracts';
import { FakeClock, FakeProcessTable } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { leaseTtlMs } from './lease-keeper.ts';
import { isInHands, isOwnerAlive } from './owner.ts';

function held() {
  const clock = new FakeClock();
  const processTable = new FakeProcessTable();
  const owner = { ...processTable.start(7), pids: 'another' };
  const lease: Lease = { run: 'r-1', owner, fence: 1, until: clock.now() + leaseTtlMs };
  const ports = { clock, processTable };
  const renewed = (): Lease => ({ ...lease, until: clock.now() + leaseTtlMs });
  return { clock, ports, processTable, lease, renewed };
}

test('who is out of sight and was seen to do nothing for the length of a lease has given it up', async () => {
  const { clock, ports, lease } = held();
  expect(isInHands(ports, lease)).toBe(true);
  await clock.advance(leaseTtlMs - 1);
  expect(isInHands(ports, lease)).toBe(true);
  await clock.advance(1);
  expect(isInHands(ports, lease)).toBe(false);
  expect(isOwnerAlive(ports, lease)).toBe(undefined);
});

test('when the wall clock leaps, who is out of sight gets the time to renew', async () => {
  const { clock, ports, lease, renewed } = held();
  expect(isInHands(ports, lease)).toBe(true);
  await clock.advance(10_000);
  clock.setWall(clock.now() + 3_600_000);
  expect(isOwnerAlive(ports, lease)).toBe(true);
  await clock.advance(1000);
  const after = renewed();
  await clock.advance(20_000);
  expect(isInHands(ports, after)).toBe(true);
});

test('whoever sees a lease for the first time when it has run out waits before he takes it', async () => {
  const { clock, ports, lease } = held();
  await clock.advance(3_600_000);
  expect(isInHands(ports, lease)).toBe(true);
  await clock.advance(leaseTtlMs - 1);
  expect(isInHands(ports, lease)).toBe(true);
  await clock.advance(1);
  expect(isInHands(ports, lease)).toBe(false);
});

test('who is in sight and dead has given it up at once', () => {
  const { ports, processTable, lease } = held();
  const { pids } = processTable.self();
  const seen = { ...lease, owner: { ...lease.owner, pids } };
  expect(isInHands(ports, seen)).toBe(true);
  processTable.end(7);
  expect(isInHands(ports, seen)).toBe(false);
});
