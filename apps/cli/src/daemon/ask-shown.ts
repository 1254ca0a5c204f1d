import { connect } from 'node:net';
import type { Shown } from '@umbracore/daemon';
import { headEnd, requestText } from './request-text.ts';

/**
 * What the daemon answers in words, as soon as all of it is there; undefined if it does not. Node puts what arrives straight into our
 * buffer: to set up what else its streams can do takes longer than the daemon takes to answer.
 */
export function askShown(socketPath: string, path: string): Promise<Shown | undefined> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connect({
      path: socketPath,
      onread: {
        buffer: Buffer.allocUnsafe(pieceBytes),
        callback(length, buffer) {
          pieces.push(Buffer.from(buffer.subarray(0, length)));
          const shown = shownIn(pieces);
          if (shown === undefined) return true;
          // The program ends with this. To destroy the socket would set up the standard error of Node first, which takes a millisecond.
          socket.unref();
          resolve(shown);
          return false;
        },
      },
    }).setTimeout(patienceMs);
    for (const event of ['error', 'close', 'timeout']) {
      socket.on(event, () => {
        socket.destroy();
        resolve(undefined);
      });
    }
    socket.write(requestText({ method: 'GET', path }));
  });
}

/** As much as Node reads at a time. */
const pieceBytes = 65_536;

/** A daemon that has not answered after so long is asked in another way, or not at all. */
const patienceMs = 10_000;

function shownIn(pieces: readonly Buffer[]): Shown | undefined {
  // A document ends with its bracket: only where there is one is it worth a look whether that was the last.
  if (pieces.at(-1)?.at(-1) !== closingBracket) return undefined;
  const reply = Buffer.concat(pieces).toString();
  if (!/^HTTP\/1\.\d 200/.test(reply)) return undefined;
  try {
    return JSON.parse(reply.slice(reply.indexOf(headEnd) + headEnd.length)) as Shown;
  } catch {
    // It is not whole yet.
    return undefined;
  }
}

const closingBracket = '}'.charCodeAt(0);
