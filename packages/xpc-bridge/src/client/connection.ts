import { statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { isUmbraError, reasonOf, UmbraError } from '@umbracore/contracts';
import { answerOf, answerSchema, greetingSchema, type AnswerTo, type Greeting } from '../protocol/answers.ts';
import { answerLimitBytes, encodeFrame, FrameDecoder } from '../protocol/frame.ts';
import { protocolVersion, type FieldsOf, type Verb } from '../protocol/requests.ts';
import { prove } from './prove.ts';

/** A connection to the privileged program, on which this process has shown who it is. */
export class BridgeConnection implements Disposable {
  readonly #socket: Socket;
  readonly #messages: AsyncIterator<unknown>;
  readonly #path: string;
  #seq = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket, path: string) {
    this.#socket = socket;
    this.#path = path;
    this.#messages = messagesOf(socket);
  }

  /** Throws `bridge.unreachable` if nobody listens, `bridge.refused` if this user is not let in. */
  static async open(path: string, signal?: AbortSignal): Promise<BridgeConnection> {
    signal?.throwIfAborted();
    refuseForeign(path);
    const connection = new BridgeConnection(await connected(path, signal), path);
    try {
      const greeting = greetingSchema.parse(await connection.#receive());
      if (greeting.protocol !== protocolVersion) throw otherVersion(greeting);
      try {
        prove(greeting);
      } catch (cause) {
        throw new UmbraError(
          'bridge.refused',
          `This user cannot show the privileged program who it is: ${reasonOf(cause)}`,
          {
            hint: 'Let root add the user to the group of the socket and to the policy.',
            cause,
          },
        );
      }
      await connection.ask('hello', { protocol: protocolVersion, nonce: greeting.nonce });
      return connection;
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
  }

  /** One after the other: the program takes a request only when the one before is answered. */
  ask<V extends Verb>(verb: V, fields: FieldsOf<V>): Promise<AnswerTo<V>> {
    const asked = this.#turn.then(() => this.#ask(verb, fields));
    this.#turn = asked.catch(() => undefined);
    return asked;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #ask<V extends Verb>(verb: V, fields: FieldsOf<V>): Promise<AnswerTo<V>> {
    const seq = this.#seq++;
    this.#socket.write(encodeFrame({ ...fields, seq, verb }));
    const answer = answerSchema.parse(await this.#receive());
    if ('refused' in answer) {
      const { message, hint } = answer.refused;
      throw new UmbraError('bridge.refused', `The privileged program refuses: ${message}`, {
        hint: hint ?? 'Look into its policy, and into its record of what was asked.',
      });
    }
    return answerOf[verb].parse(answer.ok) as AnswerTo<V>;
  }

  async #receive(): Promise<unknown> {
    const next = await this.#messages.next().catch((cause: unknown) => ({ done: true, cause }) as const);
    if (next.done !== true) return next.value;
    throw unreachable(this.#path, 'it closed the connection', 'cause' in next ? next.cause : undefined);
  }
}

async function* messagesOf(socket: Socket): AsyncGenerator {
  const decoder = new FrameDecoder(answerLimitBytes);
  for await (const chunk of socket) {
    for (const decoded of decoder.push(chunk as Buffer)) {
      if (decoded.type === 'broken') return;
      yield decoded.value;
    }
  }
}

function connected(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path, signal });
    socket.once('connect', () => {
      // What becomes of it shows where it is read.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (cause) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const isDenied = 'code' in cause && cause.code === 'EACCES';
      reject(isDenied ? denied(path, cause) : unreachable(path, String('code' in cause ? cause.code : cause), cause));
    });
  });
}

/** Only root, or this user, can have made the socket: nobody else is to be told what is saved. */
function refuseForeign(path: string): void {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) throw unreachable(path, 'there is no such socket');
  if (facts.uid === 0 || facts.uid === process.geteuid?.()) return;
  throw new UmbraError('bridge.refused', `${path} belongs to user ${facts.uid}, not to root`, {
    hint: 'Look who made it; `umbra helper install` makes the right one.',
  });
}

const denied = (path: string, cause: unknown): UmbraError =>
  new UmbraError('bridge.refused', `This user may not connect to ${path}`, {
    hint: 'Let root add the user to the group of the socket and to the policy.',
    cause,
  });

export const unreachable = (path: string, why: string, cause?: unknown): UmbraError =>
  new UmbraError('bridge.unreachable', `The privileged program does not answer at ${path}: ${why}`, {
    hint: 'Install it as root with `umbra helper install`, or look why it does not run.',
    cause,
  });

export const isUnreachable = (error: unknown): boolean => isUmbraError(error) && error.code === 'bridge.unreachable';

/** A program that is not there, or is not the one of this version, will be: what it works on meanwhile is not lost. */
export const isAway = (error: unknown): boolean =>
  isUnreachable(error) || (isUmbraError(error) && error.code === 'bridge.refused' && 'protocol' in error.context);

const otherVersion = ({ version, protocol }: Greeting): UmbraError =>
  new UmbraError('bridge.refused', `The privileged program ${version} speaks another version of the protocol`, {
    hint: 'Let root install the one that came with this umbra: `umbra helper install`.',
    context: { protocol },
  });
