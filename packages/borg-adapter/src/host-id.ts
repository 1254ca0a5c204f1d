import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Behind the name of this host in locks that our engines made. */
const mark = '@umbra-';

/**
 * What stands in the locks of our engines. borg itself removes a lock of the same id whose pid does not run: that is a proof only
 * among processes that see each other's pids, so the id names their namespace too.
 */
export const hostId = (): string => `${hostname()}${mark}${pidNamespace()}`;

/** The host as it is named everywhere else in the product, and whose pids are meant there; what others wrote stays what it is. */
export const ownerOfLock = (id: string): { readonly host: string; readonly pids?: string } => {
  const end = id.lastIndexOf(mark);
  if (end === -1) return { host: id };
  const [host, pids] = [id.slice(0, end), id.slice(end + mark.length)];
  return pids === noNamespace ? { host } : { host, pids };
};

const noNamespace = '0';

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? noNamespace;
  } catch {
    // A system without them: all its processes see each other.
    return noNamespace;
  }
}
