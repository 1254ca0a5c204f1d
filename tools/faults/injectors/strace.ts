import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { where } from './injector.ts';

/** Put into the environment by the global setup, where there is one that may trace. */
export const straceProgram = process.env['UMBRA_TEST_STRACE'];

/** What happens to calls: `fsync:error=EIO:when=2+`, as `strace -e inject=` takes it; `paths` name the files that count. */
export interface Tampering {
  readonly inject: readonly string[];
  readonly paths?: readonly string[];
}

/** A program at `place` that is `program`, but for what the kernel answers to it. It keeps its process number. */
export function tamperedProgram(place: string, program: string, { inject, paths = [] }: Tampering): string {
  const rules = [...paths.flatMap((path) => ['-P', path]), ...inject.flatMap((rule) => ['-e', `inject=${rule}`])];
  // -D: the tracer is the child, so that signals and deaths are those of the program.
  const words = [straceProgram ?? '', '-D', '-f', '-qq', '-o', '/dev/null', ...rules, '--', program];
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  writeFileSync(place, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  return place;
}

export const strace = where('strace', 'a call of any program fails, is late or kills it (strace -e inject)', () => {
  if (straceProgram === undefined) throw new Error('strace is not there, or may not trace');
  const inject = ['-e', 'inject=getcwd:error=EIO', '-o', '/dev/null'];
  execFileSync(straceProgram, ['-D', ...inject, 'true'], { stdio: 'ignore' });
});
