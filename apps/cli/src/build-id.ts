import { statSync } from 'node:fs';
import { version } from './version.ts';

/** What this build is known by; undefined for sources, which may change at any time. All files of a build are written at once. */
export function buildId(): string | undefined {
  const program = statSync(new URL('./umbra.js', import.meta.url), { throwIfNoEntry: false });
  return program && [version, process.version, program.mtimeMs, program.size].join(' ');
}
