import type { EngineProcess, Lease, ProcessIdentity, RunRecord, StepRecord } from '@umbracore/contracts';
import { aRepository, aRun, FakeProcessTable } from '@umbracore/testkit';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { areOthersAtWork, type OthersPorts } from './others-at-work.ts';

const now = 1_000_000;
const processes = new FakeProcessTable();
const self = processes.self();
const home = aRepository({ name: 'home', location: '/srv/home' });
const away = aRepository({ name: 'away', location: '/srv/away' });

const running = (repository = home, from = undefined as RunRecord['plan']['from']): RunRecord => {
  const run = aRun();
  return {
    ...run,
    state: 'running',
    plan: { ...run.plan, repository, from },
    attempts: [{} as RunRecord['attempts'][0]],
  };
};

const heldBy = (owner: Partial<ProcessIdentity>, until = now + 1): Lease => ({
  run: 'r-1',
  owner: { ...self, ...owner },
  fence: 1,
  until,
});

const intent = (spool: string): StepRecord =>
  ({ attempt: 1, kind: 'backup', stage: 'intent', detail: { spool } }) as unknown as StepRecord;

const engine = (identity: ProcessIdentity | undefined, isAtWork: boolean) =>
  ({ identity: () => identity, isAtWork: () => isAtWork }) as EngineProcess;

const elsewhere = { ...self, pid: 7, pids: 'another' };

interface Scene {
  readonly run?: RunRecord;
  readonly lease?: Lease;
  /** Of the spool that the run names. */
  readonly engine?: EngineProcess;
  /** Of calls without a run, by the names of their folders. */
  readonly calls?: Readonly<Record<string, EngineProcess>>;
}

function portsOf({ run = running(), lease, engine: own, calls = {} }: Scene): OthersPorts {
  const scratchDir = mkdtempSync(join(tmpdir(), 'umbra-others-'));
  onTestFinished(() => rmSync(scratchDir, { recursive: true }));
  for (const name of Object.keys(calls)) mkdirSync(join(scratchDir, name, 'spool'), { recursive: true });
  const engines = new Map(Object.entries(calls).map(([name, call]) => [join(scratchDir, name, 'spool'), call]));
  if (own !== undefined) engines.set('/spool', own);
  return {
    store: { open: async () => [{ run, lease }], steps: async () => [intent('/spool')] },
    host: { scratchDir, processes: { find: async (spool) => engines.get(spool) } },
    processes,
    clock: { now: () => now },
  };
}

test.each<[string, Scene, boolean]>([
  ['nobody', {}, false],
  ['one of this numbering', { lease: heldBy({}) }, false],
  ['one of another container', { lease: heldBy({ pids: 'another' }) }, true],
  [
    'one of another container, on another repository',
    { run: running(away), lease: heldBy({ pids: 'another' }) },
    false,
  ],
  ['one that copies from here', { run: running(away, home), lease: heldBy({ pids: 'another' }) }, true],
  ['one of another container that gave no sign', { lease: heldBy({ pids: 'another' }, now) }, false],
  [
    'an engine whose coordinator gave no sign',
    { lease: heldBy({ pids: 'another' }, now), engine: engine(elsewhere, true) },
    true,
  ],
  [
    'an engine of another container that is followed here',
    { lease: heldBy({}), engine: engine(elsewhere, true) },
    true,
  ],
  ['an engine of another container of which nobody knows yet who it is', { engine: engine(undefined, true) }, true],
  ['an engine of another container that has ended', { engine: engine(elsewhere, false) }, false],
  ['an engine of this numbering', { lease: heldBy({}), engine: engine(self, true) }, false],
  ['an engine on another repository', { run: running(away), engine: engine(elsewhere, true) }, false],
  ['one of another host', { lease: heldBy({ host: 'another', pids: 'another' }) }, false],
  ['one of an earlier boot', { lease: heldBy({ bootId: 'another', pids: 'another' }) }, false],
  ['an engine without a run', { calls: { 'restic-aB3dE6': engine(elsewhere, true) } }, true],
  ['an engine without a run that has ended', { calls: { 'restic-aB3dE6': engine(elsewhere, false) } }, false],
  ['an engine without a run, of this numbering', { calls: { 'restic-aB3dE6': engine(self, true) } }, false],
])('%s', async (_, scene, others) => {
  expect(await areOthersAtWork(portsOf(scene), home)).toBe(others);
});

test('nobody knows', async () => {
  const ports = portsOf({});
  const store = { ...ports.store, open: () => Promise.reject(new Error('no store')) };
  expect(await areOthersAtWork({ ...ports, store }, home)).toBe(true);
});
