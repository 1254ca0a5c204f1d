import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import { isatty } from 'node:tty';
import type { DaemonNote } from '@umbracore/contracts';
import type { Shown } from '@umbracore/daemon';
import { wantsColour } from '../output/colour.ts';
import { printsUnicode } from '../output/signs.ts';
import { headEnd, requestText } from './request-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Writes how all jobs stand, in the words of the daemon, with the least that takes: a prompt or a status bar asks for it all the
 * time. Resolves to the exit code; undefined if the daemon did not answer, and nothing was written.
 */
export async function statusInWords({ socket }: DaemonNote, env: Environment): Promise<number | undefined> {
  const shown = await ask(socket, `/v1/status/shown?${screenQuery(env)}`);
  if (shown === undefined) return undefined;
  await write('stdout', shown.stdout);
  await write('stderr', shown.stderr);
  return shown.exitCode;
}

/** To its descriptor at once: to set up a stream of Node's takes a millisecond, and is left to what is not taken at once. */
async function write(name: 'stdout' | 'stderr', text: string): Promise<void> {
  let rest: Uint8Array = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(name === 'stdout' ? 1 : 2, rest));
  } catch {
    // Whoever ends after this has to know that all of it was taken, or that nobody takes it.
    await new Promise<void>((resolve) => process[name].on('error', () => resolve()).write(rest, () => resolve()));
  }
}

function screenQuery(env: Environment): string {
  const stream = (name: 'out' | 'err', descriptor: 1 | 2): string => {
    const isTerminal = isatty(descriptor);
    const colour = `${name}Colour=${wantsColour({ choice: 'auto', env, isTerminal })}`;
    if (!isTerminal) return colour;
    const { columns } = descriptor === 1 ? process.stdout : process.stderr;
    return `${colour}&${name}Columns=${columns > 0 ? columns : 80}`;
  };
  return `${stream('out', 1)}&${stream('err', 2)}&unicode=${printsUnicode(env, process.platform)}`;
}

/** One document of the daemon, as soon as it is whole. */
function ask(socketPath: string, path: string): Promise<Shown | undefined> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect({ path: socketPath }).setEncoding('utf8').setTimeout(patienceMs);
    socket.on('data', (piece: string) => {
      reply += piece;
      const shown = shownIn(reply);
      if (shown === undefined) return;
      // The program ends with this. To destroy the socket would set up the standard error of Node first, which takes a millisecond.
      socket.unref();
      resolve(shown);
    });
    for (const event of ['error', 'close', 'timeout']) {
      socket.on(event, () => {
        socket.destroy();
        resolve(undefined);
      });
    }
    socket.write(requestText({ method: 'GET', path }));
  });
}

/** A daemon that has not answered after so long is asked in another way, or not at all. */
const patienceMs = 10_000;

function shownIn(reply: string): Shown | undefined {
  if (!/^HTTP\/1\.\d 200/.test(reply)) return undefined;
  try {
    return JSON.parse(reply.slice(reply.indexOf(headEnd) + headEnd.length)) as Shown;
  } catch {
    // It is not whole yet.
    return undefined;
  }
}
