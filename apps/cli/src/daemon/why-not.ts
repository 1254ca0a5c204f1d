import { realpathSync } from 'node:fs';
import type { DaemonNote } from '@umbracore/contracts';
import { configurationFile } from '@umbracore/runtime/place';
import { version } from '../version.ts';

type Place = Omit<Parameters<typeof configurationFile>[0], 'systemScope'>;

/** Why a daemon would not do for a call what the call would do itself. */
export interface Unfit {
  readonly differs: 'version' | 'configuration';
  readonly text: string;
}

/** Why the daemon that wrote a note would not do; undefined if it would. */
export function whyNot(note: DaemonNote, place: Place): Unfit | undefined {
  if (note.version !== version) return { differs: 'version', text: `the daemon is umbra ${note.version}` };
  // A file that is named and not there is told of by whoever needs to read it.
  const file = configurationFile({ ...place, systemScope: process.getuid?.() === 0 });
  return isSameFile(file, note.configFile)
    ? undefined
    : { differs: 'configuration', text: `the daemon works with ${note.configFile ?? 'another configuration'}` };
}

function isSameFile(one: string | undefined, other: string | null): boolean {
  if (one === undefined || other === null) return false;
  return one === other || realPath(one) === realPath(other);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
