import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FailingCalls, type Fate } from './injectors/failing-calls.ts';
import { FaultyDisk } from './injectors/faulty-disk.ts';
import { Freezer } from './injectors/freezer.ts';
import { freeze, thaw } from './injectors/frozen.ts';
import { flipped } from './injectors/harms.ts';
import { injectors, type InjectorName } from './injectors/injectors.ts';
import { isHere, lacking } from './injectors/injector.ts';
import { within } from './injectors/limits.ts';
import { MortalDisk } from './injectors/mortal-disk.ts';
import { fill, smallDisk } from './injectors/small-disk.ts';
import { tamperedProgram } from './injectors/strace.ts';
import { TcpProxy, type Weather } from './injectors/tcp-proxy.ts';
import { WallClock } from './injectors/wall-clock.ts';

interface Place extends Disposable {
  readonly folder: string;
  at(name: string): string;
}

function aPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-injector-'));
  return {
    folder,
    at: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What each does, seen on something that is not the product. */
const proofs: Partial<Readonly<Record<InjectorName, (place: Place) => void | Promise<void>>>> = {
  calls(place) {
    const calls = new FailingCalls(place.folder, place.at('control'));
    const write = `
      const fs = require('fs'), file = fs.openSync(process.argv[1], 'w');
      let told = '';
      for (const each of ['ab', 'cd', 'ef']) try { told += fs.writeSync(file, each) } catch (e) { told += e.code }
      process.stdout.write(told);`;
    const outcome = (fate: Fate): unknown => {
      calls.set(fate);
      const args = ['-e', write, place.at('file')];
      const { stdout, signal } = spawnSync(process.execPath, args, { env: { ...calls.env }, encoding: 'utf8' });
      return [stdout, signal, readFileSync(place.at('file'), 'utf8'), calls.count];
    };
    expect(outcome({ first: 2, what: 'ENOSPC' })).toEqual(['2ENOSPC2', null, 'abef', 3]);
    expect(outcome({ first: 2, what: 'halve' })).toEqual(['222', null, 'abcdef', 4]);
    expect(outcome({ first: 2, what: 'die-before' })).toEqual(['', 'SIGKILL', 'ab', 2]);
    expect(outcome({ first: 2, what: 'die-after' })).toEqual(['', 'SIGKILL', 'abcd', 2]);
  },
  strace(place) {
    const cat = tamperedProgram(place.at('cat'), 'cat', {
      inject: ['read:error=EIO'],
      paths: [place.at('file')],
    });
    for (const name of ['file', 'other']) writeFileSync(place.at(name), name);
    const { stdout, stderr, status } = spawnSync(cat, [place.at('other'), place.at('file')], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['other', 1]);
    expect(stderr).toContain('Input/output error');
  },
  power(place) {
    using disk = new MortalDisk(place.folder);
    const file = join(disk.folder, 'file');
    writeFileSync(file, 'kept', { flush: true });
    execFileSync('sync', ['-f', disk.folder]);
    writeFileSync(join(disk.folder, 'late'), 'lost');
    disk.cutPower();
    disk.restorePower();
    expect(readFileSync(file, 'utf8')).toBe('kept');
    expect(() => readFileSync(join(disk.folder, 'late'))).toThrow('ENOENT');
  },
  disks(place) {
    using disk = smallDisk(place.folder, '1m', { names: 3 });
    fill(disk);
    const write = (name: string): void => writeFileSync(place.at(name), Buffer.alloc(8192));
    expect(() => write('second')).toThrow('ENOSPC');
    disk.resize('4m');
    expect(() => write('third')).toThrow('ENOSPC');
    write('second');
    disk.makeReadOnly();
    expect(() => write('second')).toThrow('EROFS');
  },
  faulty(place) {
    using disk = new FaultyDisk(place.folder);
    writeFileSync(place.at('file'), 'content');
    const tried = (call: () => unknown): unknown => {
      try {
        return call();
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : error;
      }
    };
    const read = (name = 'file'): unknown => tried(() => readFileSync(place.at(name), 'utf8'));
    disk.set({ call: 'read', path: 'file', what: 'EIO' });
    writeFileSync(place.at('other'), 'content');
    expect([read(), read('other'), disk.count > 0]).toEqual(['EIO', 'content', true]);
    disk.set({ call: 'write', first: 2, count: 1, what: 'ENOSPC' });
    const write = () => tried(() => writeFileSync(place.at('file'), 'new content'));
    expect([write(), write(), write()]).toEqual([undefined, 'ENOSPC', undefined]);
    disk.set({ call: 'write', first: 1, count: 1, what: 'halve' });
    const file = openSync(place.at('fresh'), 'w');
    // Node asks for the other half by itself.
    expect([writeSync(file, 'abcd'), disk.count]).toEqual([4, 2]);
    disk.set({ call: 'sync', what: { lateMs: 60 } });
    const began = performance.now();
    fsyncSync(file);
    expect(performance.now() - began).toBeGreaterThan(50);
    closeSync(file);
    disk.heal();
    renameSync(place.at('fresh'), place.at('moved'));
    expect([read('fresh'), read('moved')]).toEqual(['ENOENT', 'abcd']);
  },
  async freezer() {
    using freezer = new Freezer();
    const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    freezer.take(child.pid ?? 0);
    freezer.freeze();
    child.stdin.write('heard');
    child.kill('SIGTERM');
    await after(50);
    expect([told, child.exitCode, child.signalCode]).toEqual(['', null, null]);
    freezer.thaw();
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGTERM');
  },
  async frozen() {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await freeze(child.pid ?? 0);
    expect(readFileSync(`/proc/${child.pid}/stat`, 'latin1')).toContain(') T ');
    thaw(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
  },
  clock(place) {
    const world = { at: (name: string) => place.at(name), env: {} };
    using clock = new WallClock(world);
    clock.moveBy(-3600_000);
    const shown = execFileSync(process.execPath, ['-p', 'Date.now()'], { env: world.env, encoding: 'utf8' });
    expect(Math.abs(Number(shown) - clock.now())).toBeLessThan(60_000);
  },
  limits() {
    const open = `for (;;) require('fs').openSync('/dev/null')`;
    const [program = '', ...args] = within({ nofile: 40 }, process.execPath, '-e', open);
    expect(spawnSync(program, args, { encoding: 'utf8' }).stderr).toContain('EMFILE');
  },
  async proxy() {
    const server = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using proxy = await TcpProxy.to((server.address() as AddressInfo).port);
    expect(await echoed(proxy, 'open')).toBe('hello');
    expect(await echoed(proxy, 'slow')).toBe('hello');
    expect(await echoed(proxy, 'corrupt')).toBe('hell\x7f');
    for (const weather of ['mute', 'deaf'] as const) expect(await echoed(proxy, weather)).toBe('');
    expect(await echoed(proxy, 'refuse')).toBe('ECONNRESET');
    server.close();
  },
  harms() {
    expect(flipped(Buffer.from('abc'), 1, 0).toString()).toBe('acc');
  },
};

/** What comes back of a greeting, in a time that is short for silence. */
async function echoed(proxy: TcpProxy, weather: Weather): Promise<string> {
  proxy.weather = weather;
  const socket: Socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  let got = '';
  const come = new Promise<void>((resolve) => {
    socket.on('data', (text) => ((got += text), resolve()));
    socket.on('error', (error: NodeJS.ErrnoException) => ((got = error.code ?? ''), resolve()));
  });
  socket.write('hello');
  const isSilent = weather === 'mute' || weather === 'deaf';
  await (isSilent ? Promise.race([come, after(100)]) : come);
  socket.destroy();
  return got;
}

for (const [name, injector] of Object.entries(injectors)) {
  test.skipIf(!isHere(injector))(`${injector.name}${lacking(injector)}`, async () => {
    expect(injector.available()).toEqual({ here: true });
    using place = aPlace();
    await proofs[name as InjectorName]?.(place);
  });
}
