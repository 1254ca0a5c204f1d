import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import type { PolicyLocation } from '../policy.ts';
import { whoCouldReplace } from '../owned-path.ts';
import { Refusal } from '../refusal.ts';
import { found, run, type Tools } from './run.ts';

const mountTable = '/proc/self/mountinfo';

/** Whether something is mounted at exactly this folder, as this process sees it. */
export const isMounted = (place: string): boolean => isListed(place, readFileSync(mountTable, 'utf8').split('\n'));

const isListed = (place: string, lines: readonly string[]): boolean =>
  lines.some((line) => unescaped(line.split(' ')[4] ?? '') === place);

/** Whether this process has a view of its own of the file system: what it mounts is seen by nobody else. */
export const seesAlone = (): boolean =>
  readFileSync(mountTable, 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === '/' && / master:\d+ /.test(line));

/** The kernel writes blanks and the like as three octal digits. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));

/** Programs and devices on a disk that somebody brought are of no effect. */
const always = ['nodev', 'nosuid', 'noexec'];

/**
 * The same tools where everybody sees what they mount. A unit whose walls are a view of its own hands over that of the system in
 * the place of standard input; only the tools go there, and this program stays behind its walls.
 */
function forEverybody(tools: Tools): Tools {
  // The tools have a standard input of their own.
  const handed = `/proc/${process.pid}/fd/0`;
  const view = linked(handed);
  if (!view.startsWith('mnt:') || view === linked('/proc/self/ns/mnt')) return tools;
  return { ...tools, through: [found('nsenter', tools.path), `--mount=${handed}`, '--'] };
}

function linked(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** As `isMounted`, in the view that these tools have. */
const isMountedFor = async (tools: Tools, place: string): Promise<boolean> =>
  tools.through === undefined ? isMounted(place) : isListed(place, await run(tools, 'cat', [mountTable]));

/** Gives the place. Nothing happens if it is mounted there. */
export async function mount({ device, at, fileSystem, readOnly }: PolicyLocation, own: Tools): Promise<string> {
  const problem = whoCouldReplace(at, 0);
  if (problem !== undefined) throw new Refusal(`${at} could lead elsewhere: ${problem}`);
  const tools = forEverybody(own);
  if (await isMountedFor(tools, at)) return at;
  refuseOddPlace(at);
  const options = [...always, ...(readOnly ? ['ro'] : [])].join(',');
  await run(tools, 'mount', ['-t', fileSystem, '-o', options, '--', device, at]);
  return at;
}

/** In a folder where everybody may make something, what stands there could be somebody else's, or a link to elsewhere. */
function refuseOddPlace(at: string): void {
  const facts = lstatSync(at, { throwIfNoEntry: false });
  if (facts?.isDirectory() === true && facts.uid === 0) return;
  const why =
    facts === undefined ? 'is not there' : facts.isDirectory() ? `belongs to user ${facts.uid}` : 'is no folder';
  throw new Refusal(`${at} ${why}`, 'Let root make the folder at which it is to be mounted.');
}

export async function unmount({ at }: PolicyLocation, own: Tools): Promise<void> {
  const tools = forEverybody(own);
  if (await isMountedFor(tools, at)) await run(tools, 'umount', ['--', at]);
}
