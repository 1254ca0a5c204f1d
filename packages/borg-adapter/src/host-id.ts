import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Behind the name of this host in locks that our engines made. */
const mark = '@umbra-';

/**
 * What stands in the locks of our engines. borg itself removes a lock of the same id whose pid does not run: that is a proof only
 * among processes that see each other's pids, so the id names their namespace too.
 */
export const hostId = (): string => `${hostname()}${mark}${pidNamespace()}`;

/** The host as it is named everywhere else in the product; what others wrote stays what it is. */
export const hostOfLock = (id: string): string => {
  const end = id.lastIndexOf(mark);
  return end === -1 ? id : id.slice(0, end);
};

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    // A system without them: all its processes see each other.
    return '0';
  }
}
