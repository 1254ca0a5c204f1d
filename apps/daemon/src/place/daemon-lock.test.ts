import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockOfState, takeDaemonLock } from './daemon-lock.ts';
import { takesNoLock } from './takes-no-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that takes the lock and keeps it until it is killed. */
async function holder(): Promise<{ readonly pid: number; kill(): Promise<void> }> {
  const code = `import { lockOfState, takeDaemonLock } from ${JSON.stringify(new URL('daemon-lock.ts', import.meta.url).href)};
globalThis.lock = takeDaemonLock(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`;
  const args = ['--conditions=@umbra/source', '--no-warnings', '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('a second daemon is refused, and told which process is the first', async () => {
  const other = await holder();
  const refused = { code: 'daemon.running', exitCode: 6, context: { pid: other.pid, folder } };
  expect(() => takeDaemonLock(folder)).toThrow(expect.objectContaining(refused));
  expect(() => takeDaemonLock(folder)).toThrow(String(other.pid));
  await other.kill();
});

test('the lock of a process that was killed is no obstacle, whoever has its pid now', async () => {
  const other = await holder();
  await other.kill();
  writeFileSync(join(folder, 'daemon.pid'), `${process.pid}\n`);
  expect(() => takeDaemonLock(folder)[Symbol.dispose]()).not.toThrow();
});

test('a lock that was given back can be taken again; it is for its owner alone', () => {
  takeDaemonLock(folder)[Symbol.dispose]();
  using _lock = takeDaemonLock(folder);
  expect(() => takeDaemonLock(folder)).toThrow(String(process.pid));
  for (const name of ['daemon.lock', 'daemon.pid'])
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
});

test.each([
  [{ code: 'EROFS' }, true],
  [{ code: 'ENOSPC' }, true],
  [{ code: 'ENOTSUP' }, true],
  [{ code: 'ENOSYS' }, true],
  [{ code: 'EMFILE' }, false],
  [{ code: 'EIO' }, false],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 776 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 3850 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 266 }, false],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 26 }, false],
])('%j: %s, nobody can have a lock there', (properties, expected) => {
  expect(takesNoLock(Object.assign(new Error('no'), properties))).toBe(expected);
});

test('a lock file that cannot be used is no reason to take another lock', () => {
  writeFileSync(
    join(folder, 'daemon.lock'),
    'this is no lock file, and it is long enough to be seen as none'.repeat(9),
  );
  const place = { stateDir: folder, scratchDir: join(folder, 'scratch') };
  expect(() => lockOfState(place)).toThrow(expect.objectContaining({ code: 'daemon.refused' }));
  expect(existsSync(place.scratchDir)).toBe(false);
});

test('what stands for a state folder must be ours', () => {
  const stateDir = join(folder, 'no-folder');
  writeFileSync(stateDir, '');
  const place = { stateDir, scratchDir: join(folder, 'scratch') };
  mkdirSync(place.scratchDir);
  chmodSync(place.scratchDir, 0o777);
  expect(() => lockOfState(place)).toThrow(/not safe: .*open to others \(mode 0777\)/);
});

test('a state folder that takes nothing has its lock elsewhere', () => {
  const stateDir = join(folder, 'no-folder');
  writeFileSync(stateDir, '');
  const place = { stateDir, scratchDir: join(folder, 'scratch') };
  using _lock = lockOfState(place);
  expect(() => lockOfState(place)).toThrow(expect.objectContaining({ code: 'daemon.running' }));
});
