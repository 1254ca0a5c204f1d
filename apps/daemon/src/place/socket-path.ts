import { join } from 'node:path';
import { standInFor } from './stand-in.ts';

/** Systems cut longer addresses of sockets off, or refuse them: 108 bytes on Linux, 104 on macOS, with the final zero. */
const longestAddress = 100;

export interface SocketPlace {
  readonly stateDir: string;
  /** What the configuration says; undefined leaves the choice to us. */
  readonly configured: string | undefined;
  /** A folder of this user for short-lived things, with a short name. */
  readonly scratchDir: string;
}

/** Where the socket is: in the state folder, or in a short folder that stands for it. */
export function socketPath({ stateDir, configured, scratchDir }: SocketPlace): string {
  const wanted = configured ?? join(stateDir, 'daemon.sock');
  if (Buffer.byteLength(wanted) <= longestAddress) return wanted;
  return join(standInFor(wanted, scratchDir), 'daemon.sock');
}
