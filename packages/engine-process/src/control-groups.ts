import { accessSync, constants, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where control groups for engines may be made. */
export interface GroupTree {
  readonly folder: string;
  readonly version: 1 | 2;
}

/**
 * The units have systemd put the daemon into a group of this name below its service (`DelegateSubgroup=`): who is in it knows
 * that what is beside it was left to him.
 */
const ownSubgroup = 'coordinator';

const notOurs = 'its control group is not ours';

/**
 * Where this process may make control groups that weigh processors, or why it may not: as root at the very top, which is a container
 * or a system without systemd; below systemd beside the group that the unit asks for; with version 1 in a group of our own too.
 */
export function findGroupTree(root = '/', uid = process.getuid?.()): GroupTree | string {
  const groups = read(join(root, 'proc/self/cgroup')).split('\n');
  const mounts = read(join(root, 'proc/self/mountinfo')).split('\n').map(toMount);
  const folderOf = (mount: Mount | undefined, path: string): string | undefined =>
    mount === undefined ? undefined : join(root, mount.point, path);

  const first = pathIn(groups, /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:/);
  if (first !== undefined) {
    const folder = folderOf(
      mounts.find(({ type, options }) => type === 'cgroup' && options.includes('cpu')),
      first,
    );
    const isOurs = folder !== undefined && (first === '/' ? uid === 0 : uid !== 0 && ownerOf(folder) === uid);
    return isOurs ? { folder, version: 1 } : notOurs;
  }
  const second = pathIn(groups, /^0::/);
  const mount = mounts.find(({ type }) => type === 'cgroup2');
  if (second === undefined || mount === undefined) return 'this system has no control groups';
  if (second === '/') return uid === 0 ? weighing(folderOf(mount, second)) : notOurs;
  if (basename(second) !== ownSubgroup) return notOurs;
  return weighing(folderOf(mount, dirname(second)), '+cpu');
}

/** Groups have weights only where the one above says so. */
function weighing(folder = '', wish?: string): GroupTree | string {
  const control = join(folder, 'cgroup.subtree_control');
  const weighs = (): boolean => read(control).trim().split(/\s+/).includes('cpu');
  try {
    accessSync(folder, constants.W_OK);
    if (wish !== undefined && !weighs()) writeFileSync(control, wish);
  } catch {
    return notOurs;
  }
  return weighs() ? { folder, version: 2 } : 'its control group has no say in processors';
}

interface Mount {
  readonly point: string;
  readonly type: string | undefined;
  readonly options: readonly string[];
}

/** `ID PARENT DEVICE ROOT POINT … - TYPE SOURCE OPTIONS` */
function toMount(line: string): Mount {
  const [place = '', kind = ''] = line.split(' - ');
  const [type, , options = ''] = kind.split(' ');
  return { point: place.split(' ')[4] ?? '', type, options: options.split(',') };
}

function pathIn(groups: readonly string[], start: RegExp): string | undefined {
  return groups.find((line) => start.test(line))?.replace(start, '');
}

function ownerOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.uid;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
