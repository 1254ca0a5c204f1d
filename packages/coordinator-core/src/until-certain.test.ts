import type { EngineProcess, Lease, StepRecord } from '@umbracore/contracts';
import { aRun, FakeClock, FakeProcessTable, recordingEvents, recordingLog } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { leaseTtlMs } from './lease-keeper.ts';
import type { CoordinatorPorts } from './ports.ts';
import { untilCertain } from './until-certain.ts';

function setting({ silentAfterMs = 0, pids = 'another' }: { silentAfterMs?: number; pids?: string }) {
  const clock = new FakeClock();
  const events = recordingEvents();
  const processTable = new FakeProcessTable();
  const run = aRun({ state: 'running', attempts: [{ number: 1 } as never] });
  const owner = { ...processTable.self(), pid: 7, pids };
  const entry: { lease: Lease | undefined } = { lease: { run: run.id, owner, fence: 1, until: clock.now() - 1 } };
  const step = { attempt: 1, kind: run.plan.job.kind, stage: 'intent', detail: { spool: '/spool' } };
  const engine = { identity: () => owner, isAtWork: () => clock.monotonicMs() < silentAfterMs } as EngineProcess;
  const ports = {
    clock,
    processTable,
    log: recordingLog(),
    events,
    store: { open: async () => [{ run, lease: entry.lease }], steps: async () => [step as unknown as StepRecord] },
    engineProcesses: { find: async () => engine },
  } as unknown as CoordinatorPorts;
  let tookMs: number | undefined;
  const told = (): readonly unknown[] =>
    events.of('run.doubted').map(({ run, owner: { pid }, waitMs }) => [run, pid, waitMs]);
  const wait = async (chosen = true, signal = new AbortController().signal): Promise<number | undefined> => {
    void untilCertain(ports, () => chosen, signal).then(() => (tookMs = clock.monotonicMs()));
    await clock.advance(120_000);
    return tookMs;
  };
  return { clock, entry, run, told, wait };
}

test('an owner out of sight is waited for as long as his lease is', async () => {
  expect(await setting({}).wait()).toBe(leaseTtlMs);
});

test('that is said once, with the run and who has it, and not where nothing is waited for', async () => {
  const { run, told, wait } = setting({ silentAfterMs: 15_000 });
  await wait();
  expect(told()).toEqual([[run.id, 7, leaseTtlMs]]);
  const other = setting({});
  await other.wait(false);
  expect(other.told()).toEqual([]);
});

test('not once he has renewed, nor for other jobs, nor where he is seen to be dead, nor for whoever gives up', async () => {
  const { clock, entry, wait } = setting({});
  void clock.sleep(5000).then(() => (entry.lease = entry.lease && { ...entry.lease, until: clock.now() + leaseTtlMs }));
  expect(await wait()).toBeLessThanOrEqual(6000);
  expect(await setting({}).wait(false)).toBe(0);
  expect(await setting({ pids: new FakeProcessTable().self().pids ?? '' }).wait()).toBe(0);
  expect(await setting({}).wait(true, AbortSignal.abort())).toBe(0);
});

test('an engine that he left, and that shows nothing, is waited for at the same time', async () => {
  expect(await setting({ silentAfterMs: 15_000 }).wait()).toBe(leaseTtlMs);
  expect(await setting({ silentAfterMs: Infinity }).wait()).toBe(leaseTtlMs);
});
