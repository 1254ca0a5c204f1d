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

/** restic behind a program that first writes 100 MB in lines of this text to standard error, whenever it saves. */
function flooding(line: string): string {
  const program = world.at('flooding-restic');
  const flood = `yes ${JSON.stringify(line).replaceAll('$', '\\$')} | head -c 100000000 >&2`;
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

test.each([
  ['text', 'something is wrong with this line of text'],
  ['JSON', '{"message_type":"error","error":{"message":"wrong"},"during":"scan","item":"/a"}'],
])(
  '100 MB of errors as %s: the snapshot is made, in bounded memory',
  async (_, line) => {
    const run = world.start(['run', '-v'], { env: { UMBRA_RESTIC: flooding(line) } });
    let peak = 0;
    const watching = setInterval(() => (peak = Math.max(peak, peakOf(run.child.pid) ?? 0)), 50);
    const started = performance.now();
    const { code, stdout, stderr } = await run.ended;
    clearInterval(watching);
    expect(code, stdout + stderr.slice(0, 2000)).toBe(0);
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(peak).toBeGreaterThan(20 * mebibyte);
    expect(peak).toBeLessThan(250 * mebibyte);
    expect(stderr.length).toBeLessThan(mebibyte);
    const [record] = await expectNothingLeft(world);
    expect(record).toMatchObject({ outcome: 'succeeded' });
    const log = readFileSync(world.at('state', 'logs', `${record?.id}.log`));
    expect(log.length).toBeLessThan(2 * mebibyte);
  },
  90_000,
);
