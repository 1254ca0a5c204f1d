import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { helperUnits, unitPlans, type UnitPlan } from '../doors/units.ts';
import { install, run } from './apply-plan.ts';

test('an installation that fails half way takes away what it made, and nothing that was there before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-install-'));
  const [made, old, never] = ['made', 'old', 'never'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(old);
  const plan: UnitPlan = {
    files: [{ path: join(folder, 'unit'), text: '# Made by umbra; `umbra helper uninstall` removes it.\n' }],
    enable: [['mkdir', made], ['false']],
    disable: [],
    makes: [made, old, never].map((path) => ({ there: ['test', '-e', path], undo: [['rm', '-r', path]] })),
    start: undefined,
    notes: [],
  };
  try {
    await expect(install(plan)).rejects.toMatchObject({ code: 'daemon.refused' });
    expect([plan.files[0]?.path ?? '', made, old].map((path) => existsSync(path))).toEqual([false, false, true]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what takes too long is not taken for what it said last', async () => {
  const slow = run(['sh', '-c', 'echo Created symlink >&2; exec sleep 60'], 300);
  await expect(slow).rejects.toThrow('failed: it took too long');
});

test('what systemd makes of our files is known, so that it can be undone', () => {
  const places = { policyFile: '/p', socketDir: '/run/x', writable: [], members: [] };
  const helper = helperUnits.systemd({ roles: ['backup'], program: ['/n', '/h'], ...places });
  expect(helper.makes?.map(({ there }) => there.at(-1))).toEqual(['umbra-helper', '/run/x']);
  const daemon = {
    role: 'daemon',
    program: ['/n'],
    env: {},
    home: '/',
    uid: 0,
    stateDir: '/s',
    cacheDir: '/c',
  } as const;
  const unit = { ...daemon, user: 'umbra', writable: [], readAll: false, throttles: false };
  expect(unitPlans.systemd({ ...unit, scope: 'system' }).makes?.map(({ there }) => there.at(-1))).toEqual(['umbra']);
  expect(unitPlans.systemd({ ...unit, scope: 'user' }).makes).toBeUndefined();
});
