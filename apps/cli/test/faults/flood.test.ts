import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resticProgram, World } from '../support/world.ts';
import { expectNothingLeft } from './aftermath.ts';

let world: World;
beforeEach(() => {
  world = new World();
  world.write('file', 'content');
});
afterEach(() => world[Symbol.dispose]());

const mebibyte = 1024 * 1024;

/** restic behind a program that first writes 100 MB of what this command makes to standard error, whenever it saves. */
function flooding(source: string): string {
  const program = world.at('flooding-restic');
  const flood = `${source} | head -c 100000000 >&2`;
  writeFileSync(program, `#!/bin/sh\ncase "$1" in backup) ${flood}; echo >&2 ;; esac\nexec ${resticProgram()} "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

/** The most memory that a process ever had, in bytes; undefined once it is gone. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

const notRead = '{"message_type":"error","error":{"message":"wrong"},"during":"archival","item":"/a"}';

test.each([
  { what: 'lines of text', source: 'yes something is wrong', exitCode: 0, trace: 'something is wrong' },
  { what: 'files that could not be read', source: `yes '${notRead}'`, exitCode: 3, trace: '"files_new":1' },
  { what: 'one line without an end', source: `tr '\\0' x </dev/zero`, exitCode: 0, trace: 'xxxx' },
])(
  '100 MB of errors, $what: the snapshot is made, in bounded memory',
  async ({ source, exitCode, trace }) => {
    const run = world.start(['run', '-vv'], { env: { UMBRA_RESTIC: flooding(source) } });
    let peak = 0;
    const watching = setInterval(() => (peak = Math.max(peak, peakOf(run.child.pid) ?? 0)), 50);
    const started = performance.now();
    const { code, stdout, stderr } = await run.ended;
    clearInterval(watching);
    expect(code, stdout + stderr.slice(0, 2000)).toBe(exitCode);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(peak).toBeGreaterThan(20 * mebibyte);
    expect(peak).toBeLessThan(250 * mebibyte);
    expect(stdout.length + stderr.length).toBeLessThan(mebibyte);
    const [record] = await expectNothingLeft(world);
    expect(record).toMatchObject({ exitCode });
    const log = readFileSync(world.at('state', 'logs', `${record?.id}.log`), 'utf8');
    expect(log).toContain(trace);
    expect(log.length).toBeLessThan(2 * mebibyte);
  },
  90_000,
);
