import { connect, type Socket } from 'node:net';
import { requestText } from './request-text.ts';

/** A question that is under way while the program that needs the answer is still being loaded. */
export interface EarlyQuestion {
  readonly path: string;
  /** The answer arrives here. Nobody has read any of it. */
  readonly socket: Socket;
}

/** Where the daemon tells how jobs stand. `wanted`: the pieces of the query, none for all jobs. */
export const statusPath = (wanted: readonly string[] = []): string => `/v1/status?${wanted.join('&')}`;

/** What a plain `umbra status` asks the daemon; undefined if the line may ask something else. */
export function earlyPath([command, ...flags]: readonly string[]): string | undefined {
  const isPlain = flags.every((flag) => flag.startsWith('-') && !flag.startsWith('--max-age'));
  return command === 'status' && isPlain ? statusPath() : undefined;
}

/** Asks without waiting for the answer. To ask in vain does no harm. */
export function askEarly(socketPath: string, path: string): EarlyQuestion {
  const socket = connect({ path: socketPath });
  // Whoever wants the answer sees that there is none.
  socket.on('error', () => {});
  socket.write(requestText({ method: 'GET', path }));
  return { path, socket };
}
