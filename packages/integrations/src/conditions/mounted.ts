import { isAbsolute, resolve } from 'node:path';
import type { ConditionKind } from '@umbracore/contracts';
import { condition, textsOf } from './condition.ts';
import { kernelText, type Machine } from './machine.ts';

/**
 * `mounted: /mnt/backup`, or a list: something is mounted exactly there. The path itself is never touched, since that hangs
 * when a file server is gone; so a link that leads to the mount point is not followed.
 */
export function mountedCondition(machine: Machine): ConditionKind {
  return condition(machine.clock, {
    kind: 'mounted',
    deadlineMs: 5000,
    parse: (options) =>
      textsOf('mounted', options, 'write the absolute path of a mount point', isAbsolute).map((path) => resolve(path)),
    async look(paths) {
      const table = await kernelText(machine, '/proc/self/mountinfo');
      if (table === undefined) throw new Error('there is no /proc/self/mountinfo');
      const mounts = mountsIn(table);
      const states = paths.map((path) => ({ path, type: mounts.get(path) }));
      const missing = states.filter(({ type }) => type === undefined || type === 'autofs');
      if (missing.length === 0)
        return { met: true, text: `${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'} mounted` };
      return { met: false, text: missing.map(whyMissing).join(', ') };
    },
  });
}

const whyMissing = ({ path, type }: { readonly path: string; readonly type: string | undefined }): string =>
  type === undefined ? `${path} is not mounted` : `${path} waits to be mounted when it is used`;

/** File system type by mount point; of several mounted over one another the last counts. */
export function mountsIn(table: string): ReadonlyMap<string, string> {
  const entries = table.split('\n').flatMap((line): readonly [string, string][] => {
    const [front = '', back = ''] = line.split(' - ', 2);
    const point = front.split(' ')[4];
    return point === undefined ? [] : [[unescaped(point), back.split(' ')[0] ?? '']];
  });
  return new Map(entries);
}

/** The kernel writes blanks, tabs, line breaks and backslashes as three octal digits. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/gu, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));
