import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { freeSpaceCondition, sharedQuestions } from '../src/conditions/free-space.ts';
import { loadCondition } from '../src/conditions/load.ts';
import { mountedCondition } from '../src/conditions/mounted.ts';
import { thisMachine } from '../src/index.ts';
import { AMachine, look } from './a-machine.ts';

const table = [
  '24 30 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw',
  '95 30 8:17 / /mnt/backup rw,relatime shared:50 - ext4 /dev/sdb1 rw',
  String.raw`96 30 8:18 / /mnt/my\040disk\134\011x rw master:1 propagate_from:2 - ext4 /dev/sdb2 rw`,
  '97 30 0:50 / /net/waiting rw - autofs systemd-1 rw',
  '98 30 0:51 / /net/used rw - autofs systemd-1 rw',
  '99 98 0:52 / /net/used rw - nfs4 server:/export rw',
].join('\n');

describe('mounted', () => {
  test.each<[unknown, boolean, string]>([
    ['/mnt/backup', true, '/mnt/backup is mounted'],
    ['/mnt/backup/', true, '/mnt/backup is mounted'],
    [['/mnt/backup', '/sys'], true, '/mnt/backup, /sys are mounted'],
    ['/mnt/my disk\\\tx', true, '/mnt/my disk\\ x is mounted'],
    ['/mnt/backup/folder', false, '/mnt/backup/folder is not mounted'],
    [['/sys', '/mnt/a', '/mnt/b'], false, '/mnt/a is not mounted, /mnt/b is not mounted'],
    ['/net/waiting', false, '/net/waiting waits to be mounted when it is used'],
    ['/net/used', true, '/net/used is mounted'],
  ])('%j', async (paths, met, text) => {
    using machine = new AMachine();
    machine.put('proc/self/mountinfo', `${table}\n`);
    const seen = await look(mountedCondition(machine), paths);
    expect({ ...seen, text: seen.text.replaceAll(/\s/gu, ' ') }).toEqual({ met, text });
  });

  test('is not met where nobody lists mounts', async () => {
    using machine = new AMachine();
    expect(await look(mountedCondition(machine), '/')).toMatchObject({ met: false });
  });

  test.runIf(process.getuid?.() === 0)('follows a real file system that comes and goes', async () => {
    using machine = new AMachine();
    const point = join(machine.folder, 'a disk');
    mkdirSync(point);
    const kind = mountedCondition(thisMachine({ clock: new FakeClock(), env: {} }));
    expect(await look(kind, point)).toMatchObject({ met: false });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', point]);
    try {
      expect(await look(kind, point)).toEqual({ met: true, text: `${point} is mounted` });
      const space = freeSpaceCondition({ clock: new FakeClock() });
      expect(await look(space, { [point]: '1MiB' })).toEqual({ met: true, text: `${point} has 1 MiB free` });
      expect(await look(space, { [point]: '1.1MiB' })).toMatchObject({ met: false });
    } finally {
      execFileSync('umount', [point]);
    }
    expect(await look(kind, point)).toMatchObject({ met: false });
  });
});

describe('freeSpace', () => {
  test('names every path that is short or absent, or all if none is', async () => {
    using machine = new AMachine();
    const kind = freeSpaceCondition(machine);
    const { folder } = machine;
    expect(await look(kind, { [folder]: '1B', '/': '0.5kB' })).toMatchObject({
      met: true,
      text: expect.stringMatching(/ free; \/ has .* free$/u) as string,
    });
    const absent = join(folder, 'absent');
    const { met, text } = await look(kind, { '/': '1B', [folder]: '900000TiB', [absent]: '1B' });
    expect(met).toBe(false);
    expect(text).toMatch(
      new RegExp(`^${folder} has [\\d.]+ \\S+ free, 900000 TiB wanted; ${absent} is not there$`, 'u'),
    );
  });

  test('a question that never comes back is not asked again', async () => {
    let asked = 0;
    const answers: ((free: number) => void)[] = [];
    const ask = sharedQuestions(
      () =>
        new Promise<number>((resolve) => {
          asked += 1;
          answers.push(resolve);
        }),
    );
    const waiting = [ask('/dead'), ask('/dead')];
    expect(asked).toBe(1);
    answers[0]?.(7);
    expect(await Promise.all(waiting)).toEqual([7, 7]);
    void ask('/dead');
    expect(asked).toBe(2);
  });
});

describe('load', () => {
  test.each([
    ['2.00 9.00 9.00 1/100 42', 0.6, true, 'load 0.50 per processor'],
    ['2.40 0.00 0.00 1/100 42', 0.6, false, 'load 0.60 per processor, below 0.6 wanted'],
    ['16.00 0.00 0.00 1/100 42', 4.5, true, 'load 4.00 per processor'],
  ])('%s on four processors, below %d', async (told, limit, met, text) => {
    using machine = new AMachine();
    machine.put('proc/loadavg', `${told}\n`);
    expect(await look(loadCondition(machine), limit)).toEqual({ met, text });
  });

  test('of this machine', async () => {
    const kind = loadCondition(thisMachine({ clock: new FakeClock(), env: {} }));
    expect(await look(kind, 1e6)).toMatchObject({ met: true });
    expect(await look(kind, 1e-9)).toMatchObject({ met: false });
  });
});
