import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, FakeProcessTable } from '@umbracore/testkit';
import { afterAll, expect, test } from 'vitest';
import { rootOf, seenFrom } from '../src/program/volumes/view.ts';

const dir = mkdtempSync(join(tmpdir(), 'umbra-view-'));
afterAll(() => rmSync(dir, { recursive: true }));
const processTable = new FakeProcessTable();
const clock = new FakeClock();
const views = { dir, stateDir: dir, holder: [], user: () => ({ uid: 0, gid: 0 }), processTable, clock };
const living = processTable.self();

const hold = (id: string, holder: object): void => writeFileSync(join(dir, `${id}.json`), JSON.stringify(holder));

test.skipIf(process.getuid?.() !== 0)('what is seen is that of exactly the process that holds it (needs root)', () => {
  hold('held', living);
  expect(rootOf(views, 'held')).toBe(`/proc/${living.pid}/root`);
  hold('again', { ...living, startTime: '99' });
  hold('before', { ...living, bootId: 'an-earlier-one' });
  hold('open', living);
  chmodSync(join(dir, 'open.json'), 0o666);
  for (const id of ['again', 'before', 'open', 'absent'])
    expect(() => rootOf(views, id)).toThrow(`Nothing is kept as it was under the name ${id}`);
});

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const hasTools = ['chroot', 'setpriv'].every((tool) => folders.some((folder) => existsSync(join(folder, tool))));

test.skipIf(!hasTools)('an engine that looks through it does not get the right to (needs chroot and setpriv)', () => {
  const command = { program: '/bin/cat', args: ['/a b'], env: { A: 'b' }, cwd: '/' };
  const { program, args, ...rest } = seenFrom('/proc/7/root', command, folders);
  expect(program).toMatch(/\/chroot$/);
  const [root, setpriv, ...more] = args;
  expect([root, setpriv]).toEqual(['/proc/7/root', expect.stringMatching(/\/setpriv$/)]);
  expect(more).toEqual(['--inh-caps=-sys_chroot', '--ambient-caps=-sys_chroot', '--', '/bin/cat', '/a b']);
  expect(rest).toEqual({ env: { A: 'b' }, cwd: '/' });
});
