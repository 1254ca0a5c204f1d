import type { OutputLine } from '@umbracore/contracts';

/** Text lines may start with `ESC[2K` or CR, which restic uses to wipe its status line. */
export function plainText(line: OutputLine): string {
  // eslint-disable-next-line no-control-regex
  return line.replace(/\u001B\[[0-9;]*[A-Za-z]|\r/g, '').trim();
}
