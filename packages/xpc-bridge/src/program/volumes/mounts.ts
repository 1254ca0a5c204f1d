import { readFileSync } from 'node:fs';
import type { PolicyLocation } from '../policy.ts';
import { whoCouldReplace } from '../owned-path.ts';
import { Refusal } from '../refusal.ts';
import { run, type Tools } from './run.ts';

/** Whether something is mounted at exactly this folder. */
export function isMounted(place: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => unescaped(line.split(' ')[4] ?? '') === place);
}

/** Whether this process has a view of its own of the file system: what it mounts is seen by nobody else. */
export const seesAlone = (): boolean =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === '/' && / master:\d+ /.test(line));

/** The kernel writes blanks and the like as three octal digits. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));

/** Programs and devices on a disk that somebody brought are of no effect. */
const always = ['nodev', 'nosuid', 'noexec'];

/** Gives the place. Nothing happens if it is mounted there. */
export async function mount({ device, at, fileSystem, readOnly }: PolicyLocation, tools: Tools): Promise<string> {
  const problem = whoCouldReplace(at, 0);
  if (problem !== undefined) throw new Refusal(`${at} could lead elsewhere: ${problem}`);
  if (isMounted(at)) return at;
  const options = [...always, ...(readOnly ? ['ro'] : [])].join(',');
  await run(tools, 'mount', ['-t', fileSystem, '-o', options, '--', device, at]);
  return at;
}

export async function unmount({ at }: PolicyLocation, tools: Tools): Promise<void> {
  if (isMounted(at)) await run(tools, 'umount', ['--', at]);
}
