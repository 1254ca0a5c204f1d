import { readdir, stat } from 'node:fs/promises';
import type { Instant } from '@umbracore/contracts';
import type { Machine } from './machine.ts';
import { printedBy } from './program.ts';

/** When and where somebody did something last. */
interface Activity {
  readonly at: Instant;
  readonly where: string;
}

/**
 * The newest activity of anybody; undefined if there is neither a terminal nor a session. A desktop that tells nothing more
 * is in use or is not. Throws where terminals cannot be listed.
 */
export async function lastActivity(machine: Machine, signal: AbortSignal): Promise<Activity | 'in-use' | undefined> {
  const [typed, sessions] = await Promise.all([terminalActivity(machine), desktopSessions(machine, signal)]);
  if (sessions.includes('in-use')) return 'in-use';
  const all = [...typed, ...sessions].filter((one) => one !== 'in-use');
  return all.toSorted((a, b) => b.at - a.at)[0];
}

/** The access time of a terminal is when it was last read from, to within 8 seconds. */
async function terminalActivity({ root }: Machine): Promise<readonly Activity[]> {
  const consoles = (await readdir(`${root}/dev`)).filter((name) => /^tty\d+$/u.test(name));
  const windows = (await readdir(`${root}/dev/pts`)).filter((name) => /^\d+$/u.test(name)).map((name) => `pts/${name}`);
  const found = await Promise.all(
    [...consoles, ...windows].map(async (name) => {
      // A window that was closed meanwhile is not there any more.
      const at = await stat(`${root}/dev/${name}`).then(
        ({ atimeMs }) => Math.floor(atimeMs),
        () => undefined,
      );
      return at === undefined ? [] : [{ at, where: name }];
    }),
  );
  return found.flat();
}

const properties = ['Type', 'Class', 'State', 'IdleHint', 'IdleSinceHint'];

/** What the desktops of users say through logind; nothing where there is none. Sessions in terminals are seen by these. */
async function desktopSessions(machine: Machine, signal: AbortSignal): Promise<readonly (Activity | 'in-use')[]> {
  const list = (await printedBy(machine, ['loginctl', 'list-sessions', '--no-legend'], signal)) ?? '';
  const ids = list.split('\n').flatMap((line) => line.trim().split(/\s+/u)[0] || []);
  if (ids.length === 0) return [];
  const wanted = properties.map((name) => `--property=${name}`);
  const told = (await printedBy(machine, ['loginctl', 'show-session', ...wanted, ...ids], signal)) ?? '';
  return told.split('\n\n').flatMap((session) => desktopActivity(session) ?? []);
}

function desktopActivity(text: string): Activity | 'in-use' | undefined {
  const of = (name: string) => new RegExp(`^${name}=(.*)$`, 'mu').exec(text)?.[1];
  const isDesktop = ['x11', 'wayland', 'mir'].includes(of('Type') ?? '') && of('Class') === 'user';
  if (!isDesktop || of('State') === 'closing') return undefined;
  // Microseconds.
  const since = Number(of('IdleSinceHint')) / 1000;
  if (of('IdleHint') !== 'yes' || !(since > 0)) return 'in-use';
  return { at: Math.floor(since), where: 'desktop' };
}
