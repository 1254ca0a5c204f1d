import type { Socket } from 'node:net';
import { toUmbraError, type Clock } from '@umbracore/contracts';
import { asRequest, protocolVersion, type Request } from '../protocol/requests.ts';
import { encodeFrame, FrameDecoder, requestLimitBytes } from '../protocol/frame.ts';
import type { ProgramContext } from './context.ts';
import type { Challenge, Peer, ProofFolder } from './proof.ts';
import { Refusal } from './refusal.ts';
import { aboutOf, answer } from './verbs.ts';

/** Who does not say in this time who they are is cut off. */
const helloMs = 5000;
/** So is who says nothing for so long afterwards. */
const idleMs = 120_000;
/** So many requests at once, and so many in a second in the long run, is more than anybody needs. */
const burst = 100;
const perSecond = 50;

/** Talks with one client to the end of its connection: one request at a time, so that nobody makes it hold more than one. */
export class Connection {
  readonly #context: ProgramContext;
  readonly #socket: Socket;
  readonly #proof: ProofFolder;
  readonly #challenge: Challenge;
  readonly #rate: Rate;
  #peer: Peer | undefined;
  #next = 0;

  constructor(context: ProgramContext, socket: Socket, proof: ProofFolder) {
    this.#context = context;
    this.#socket = socket;
    this.#proof = proof;
    this.#challenge = proof.challenge();
    this.#rate = new Rate(context.clock);
  }

  async serve(): Promise<void> {
    const socket = this.#socket;
    // Who goes away in the middle takes only the connection along.
    socket.on('error', () => undefined);
    using _deadline = this.#cutOffUnknown();
    try {
      this.#greet();
      socket.setTimeout(idleMs, () => socket.destroy());
      const decoder = new FrameDecoder(requestLimitBytes);
      for await (const chunk of socket) {
        for (const decoded of decoder.push(chunk as Buffer)) {
          const goesOn = decoded.type === 'broken' ? this.#refuse('?', decoded.why) : await this.#take(decoded.value);
          if (!goesOn) return;
        }
      }
    } catch {
      // The connection is gone; what was asked for through it is recorded.
    } finally {
      this.#proof.forget(this.#challenge);
      socket.destroy();
    }
  }

  #greet(): void {
    const { nonce, file } = this.#challenge;
    const { version, policy } = this.#context;
    let groups: readonly number[] = [];
    try {
      groups = [...policy.current().groups];
    } catch {
      // What is wrong with it is told to whoever is let in, which nobody is.
    }
    this.#socket.write(encodeFrame({ protocol: protocolVersion, version, nonce, proof: file, groups }));
  }

  /** False if the connection is to end. */
  async #take(value: unknown): Promise<boolean> {
    const request = asRequest(value);
    if (request === undefined) return this.#refuse('?', 'it is no request');
    if (request.seq !== this.#next) return this.#refuse(request.verb, 'it is out of turn, or was sent twice');
    this.#next += 1;
    if (!this.#rate.allows()) return this.#refuse(request.verb, 'too many requests');
    if (this.#peer === undefined) return await this.#admit(request);
    return await this.#answer(this.#peer, request);
  }

  async #admit(request: Request): Promise<boolean> {
    if (request.verb !== 'hello') return this.#refuse(request.verb, 'nobody has said who asks');
    if (request.protocol !== protocolVersion) return this.#refuse('hello', `it speaks version ${request.protocol}`);
    if (request.nonce !== this.#challenge.nonce) return this.#refuse('hello', 'it answers another question');
    const peer = this.#proof.answered(this.#challenge);
    this.#proof.forget(this.#challenge);
    if (peer === undefined) return this.#refuse('hello', 'there is no proof of who asks');
    this.#peer = peer;
    const problem = this.#whyNot(peer);
    if (problem !== undefined) return this.#refuse('hello', problem);
    return await this.#send({ re: request.seq, ok: {} });
  }

  /** Root may ask for everything: it could as well change the policy. */
  #whyNot({ uid, gid }: Peer): string | undefined {
    try {
      const { users, groups } = this.#context.policy.current();
      return uid === 0 || users.has(uid) || groups.has(gid) ? undefined : 'the policy does not have this user';
    } catch (error) {
      return toUmbraError(error).message;
    }
  }

  async #answer(peer: Peer, request: Request): Promise<boolean> {
    try {
      return await this.#send({ re: request.seq, ok: (await answer(this.#context, peer, request)) ?? {} });
    } catch (error) {
      if (error instanceof Refusal) {
        this.#record(request.verb, error.message, aboutOf(request));
        return await this.#send({ re: request.seq, refused: { message: error.message, hint: error.hint } });
      }
      const { code, message, hint } = toUmbraError(error);
      this.#context.log.warn({ verb: request.verb, code, error: message }, 'a request failed');
      return await this.#send({ re: request.seq, refused: { message, hint } });
    }
  }

  /** Says why as far as that can be told to anybody, and ends the connection. */
  #refuse(verb: string, why: string): false {
    this.#record(verb, why);
    const frame = encodeFrame({ re: this.#next - 1, refused: { message: why } });
    if (this.#socket.writable) this.#socket.end(frame);
    return false;
  }

  #record(verb: string, why: string, about: Readonly<Record<string, string>> = {}): void {
    try {
      this.#context.audit.record({ event: 'refused', verb, peer: this.#peer, why, about });
    } catch (error) {
      this.#context.log.warn({ error: String(error) }, 'a refusal could not be written down');
    }
  }

  /** Waits until it is on its way: what a client does not read is not kept. */
  async #send(message: unknown): Promise<boolean> {
    const socket = this.#socket;
    if (!socket.writable) return false;
    return await new Promise((resolve) => {
      socket.write(encodeFrame(message), (error) => resolve(error == null));
    });
  }

  #cutOffUnknown(): Disposable {
    const over = new AbortController();
    const cutOff = async (): Promise<void> => {
      await this.#context.clock.sleep(helloMs, over.signal);
      if (this.#peer !== undefined) return;
      this.#record('hello', 'it did not say who asks in time');
      this.#socket.destroy();
    };
    cutOff().catch(() => undefined);
    return { [Symbol.dispose]: () => over.abort() };
  }
}

/** A bucket that is filled at a steady pace. */
class Rate {
  readonly #clock: Clock;
  #left = burst;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonicMs();
  }

  allows(): boolean {
    const now = this.#clock.monotonicMs();
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
