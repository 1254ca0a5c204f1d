import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { findGroupTree } from './control-groups.ts';

const someone = 1000;
const first = '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct';
const second = '41 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw';
const other = '33 31 0:30 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset';

const root = mkdtempSync(join(tmpdir(), 'umbra-groups-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A machine with these mounts on which this process is in these groups. */
function machine(mounts: readonly string[], groups: readonly string[]): void {
  put('proc/self/mountinfo', [other, ...mounts].join('\n'));
  put('proc/self/cgroup', `${['3:cpuset:/', ...groups].join('\n')}\n`);
}

const ours = process.getuid?.() ?? someone;
const service = 'user.slice/user-1000.slice/user@1000.service/app.slice/umbra.service';

test('version 1: root at the top, whatever its mount is called', () => {
  machine([first], ['1:cpu,cpuacct:/', '0::/']);
  expect(findGroupTree(root, 0)).toEqual({ folder: join(root, 'sys/fs/cgroup/cpu,cpuacct/'), version: 1 });
  expect(findGroupTree(root, someone)).toBe('its control group is not ours');
});

test.skipIf(ours === 0)('version 1: in a group of our own (not as root, who may keep none below the top)', () => {
  machine([first], ['1:cpu,cpuacct:/backup']);
  put('sys/fs/cgroup/cpu,cpuacct/backup/tasks', '');
  expect(findGroupTree(root, ours)).toMatchObject({ folder: join(root, 'sys/fs/cgroup/cpu,cpuacct/backup') });
});

test('version 1: not in a group of somebody else, nor as root where systemd may keep it', () => {
  machine([first], ['1:cpu,cpuacct:/system.slice/umbra.service']);
  put('sys/fs/cgroup/cpu,cpuacct/system.slice/umbra.service/tasks', '');
  expect(findGroupTree(root, ours + 1)).toBe('its control group is not ours');
  expect(findGroupTree(root, 0)).toBe('its control group is not ours');
});

test('version 2: root at the top, if groups there weigh processors', () => {
  machine([second], ['0::/']);
  put('sys/fs/cgroup/cgroup.subtree_control', 'memory pids\n');
  expect(findGroupTree(root, 0)).toBe('its control group has no say in processors');
  put('sys/fs/cgroup/cgroup.subtree_control', 'cpu memory pids\n');
  expect(findGroupTree(root, 0)).toEqual({ folder: join(root, 'sys/fs/cgroup/'), version: 2 });
  expect(findGroupTree(root, someone)).toBe('its control group is not ours');
});

test('version 2: what systemd left to the daemon, whose groups then weigh processors', () => {
  machine([second], [`0::/${service}/coordinator`]);
  const control = `sys/fs/cgroup/${service}/cgroup.subtree_control`;
  put(control, '');
  findGroupTree(root, someone);
  expect(readFileSync(join(root, control), 'utf8')).toBe('+cpu');
  put(control, 'cpu\n');
  expect(findGroupTree(root, someone)).toEqual({ folder: join(root, 'sys/fs/cgroup', service), version: 2 });
});

test('version 2: nothing of a service, a terminal or a session that it was not left', () => {
  for (const group of [service, 'user.slice/user-1000.slice/session-3.scope', 'coordinator/other']) {
    machine([second], [`0::/${group}`]);
    put(`sys/fs/cgroup/${group}/cgroup.subtree_control`, 'cpu\n');
    expect(findGroupTree(root, someone), group).toBe('its control group is not ours');
  }
});

test('a system without control groups', () => {
  machine([], []);
  expect(findGroupTree(root, 0)).toBe('this system has no control groups');
  expect(findGroupTree(join(root, 'nowhere'), 0)).toBe('this system has no control groups');
});
