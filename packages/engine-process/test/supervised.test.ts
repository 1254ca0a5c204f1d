import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import {
  eventually,
  exited,
  followed,
  isAlive,
  killedBy,
  newFolder,
  newMark,
  newSpool,
  markedProcesses,
  present,
  processes,
  script,
  shimPid,
  start,
  table,
} from './stage.ts';

describe('the end of an engine', () => {
  test.each([0, 1, 3, 12, 130])('exit code %i', async (code) => {
    expect(await followed(await start(script('exit "$1"', String(code))))).toEqual({
      exit: exited(code),
      stdout: [],
      stderr: [],
    });
  });

  test.each(['TERM', 'KILL', 'SEGV'])('death by SIG%s', async (signal) => {
    const { exit } = await followed(await start(script('kill -s "$1" $$', signal)));
    expect(exit).toEqual(killedBy(`SIG${signal}`));
  });

  test('leaves nobody and nothing but its record', async () => {
    const spool = newSpool();
    await followed(await start(script('echo out'), spool));
    expect(isAlive(shimPid(spool))).toBe(false);
    expect(readdirSync(spool).sort()).toEqual(['engine.json', 'exit.json', 'shim.json', 'stderr.log', 'stdout.log']);
  });

  test('ends children that outlive the engine, also those that ignore SIGTERM', async () => {
    const mark = newMark();
    const child = 'trap "" TERM HUP; while :; do sleep 1; done';
    const engine = await start(script(`sh -c '${child}' "$1" >/dev/null 2>&1 & exit 7`, mark));
    expect((await followed(engine)).exit).toEqual(exited(7));
    expect(markedProcesses(mark)).toEqual([]);
  });
});

describe('what an engine gets', () => {
  test('its arguments and environment as they are, and nothing else', async () => {
    const spool = newSpool();
    const hostile = ['', '-x', '--', '$HOME `id`', 'a\nb', '"\'\\', '😀', '{fd:absent}'];
    const program =
      'process.stdout.write(JSON.stringify([process.argv.slice(1), process.env, process.cwd(), require("fs").readdirSync("/dev/fd").map(Number)]))';
    const command = {
      program: process.execPath,
      args: ['-e', program, '--', ...hostile],
      env: { A: 'one\ntwo', B: '' },
      cwd: newFolder(),
    };
    const { stdout } = await followed(await start(command, spool));
    const [args, env, cwd] = JSON.parse(stdout.join('\n')) as [string[], object, string];
    expect(args).toEqual(hostile);
    expect(env).toEqual({ A: 'one\ntwo', B: '' });
    expect(cwd).toBe(command.cwd);
  });

  test('contents under /dev/fd, whole and readable twice', async () => {
    const list = Buffer.alloc(3_000_000, 'path\0');
    const command = {
      ...script('cat "$1" "$1"; wc -c <"$LIST"', '{fd:password}'),
      descriptors: { password: new Secret('geheim\n'), list },
    };
    const { stdout } = await followed(await start({ ...command, env: { ...command.env, LIST: '{fd:list}' } }));
    expect(stdout).toEqual(['geheim', 'geheim', '3000000']);
  });

  test('default reactions to signals', async () => {
    const { stdout } = await followed(await start(script('grep -E "^Sig(Ign|Blk)" /proc/self/status')));
    expect(stdout.map((line) => line.split(/\s+/)[1])).toEqual(['0000000000000000', '0000000000000000']);
  });
});

describe('an engine that cannot be started', () => {
  test('absent program', async () => {
    const spool = newSpool();
    const starting = start({ ...script(''), program: '/no/such/program' }, spool);
    await expect(starting).rejects.toMatchObject({
      code: 'engine.absent',
      message: 'There is no program /no/such/program',
    });
    expect(await processes.find(spool)).toBeUndefined();
  });

  test('file that is no program', async () => {
    const program = join(newFolder(), 'plain');
    writeFileSync(program, 'text');
    await expect(start({ ...script(''), program })).rejects.toMatchObject({
      code: 'engine.spawn-failed',
      hint: 'Make the program executable for this user.',
      context: { errno: 'EACCES' },
    });
  });

  test('absent working folder', async () => {
    const starting = start({ ...script(''), cwd: '/no/such/folder' });
    await expect(starting).rejects.toMatchObject({ code: 'engine.spawn-failed', context: { errno: 'ENOENT' } });
  });

  test('spool folder that cannot be made', async () => {
    const file = join(newFolder(), 'plain');
    writeFileSync(file, '');
    const starting = start(script(''), join(file, 'spool'));
    await expect(starting).rejects.toMatchObject({ code: 'engine.spawn-failed', context: { errno: 'ENOTDIR' } });
  });

  test('NUL in an argument', async () => {
    const message = String.raw`"a\u0000b" for sh holds a NUL character`;
    await expect(start(script('', 'a\0b'))).rejects.toMatchObject({ code: 'usage.invalid', message });
  });

  test('after a failure the folder can be used again, after a start it cannot', async () => {
    const spool = newSpool();
    await expect(start({ ...script(''), program: '/no/such/program' }, spool)).rejects.toMatchObject({
      code: 'engine.absent',
    });
    await followed(await start(script('true'), spool));
    await expect(start(script('true'), spool)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('a running engine', () => {
  test('is known, and its files are for nobody else', async () => {
    const spool = newSpool();
    const engine = await start(script('sleep 60'), spool);
    expect(engine.identity()).toBeDefined();
    expect(statSync(spool).mode & 0o777).toBe(0o700);
    const open = readdirSync(spool).filter((name) => (statSync(join(spool, name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);
    await engine.kill();
  });

  test('is told from others by more than its pid', async () => {
    const engine = await start(script('sleep 60'));
    const identity = present(engine.identity());
    expect(table.isAlive(identity)).toBe(true);
    expect(table.isAlive({ ...identity, startTime: `${identity.startTime}1` })).toBe(false);
    await engine.kill();
    expect(table.isAlive(identity)).toBe(false);
  });

  test('goes on when nobody follows any more', async () => {
    const spool = newSpool();
    const gate = join(newFolder(), 'gate');
    const engine = await start(script('while [ ! -e "$1" ]; do sleep 0.05; done; echo done', gate), spool);
    const abort = new AbortController();
    const following = engine.follow({}, abort.signal);
    abort.abort(new Error('enough'));
    await expect(following).rejects.toThrow('enough');
    expect(table.isAlive(present(engine.identity()))).toBe(true);
    writeFileSync(gate, '');
    await eventually(() => existsSync(join(spool, 'exit.json')), 'exit record');
    expect(await followed(engine)).toEqual({ exit: exited(0), stdout: ['done'], stderr: [] });
  });
});
