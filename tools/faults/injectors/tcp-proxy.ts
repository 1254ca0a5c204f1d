import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { everywhere } from './injector.ts';

/**
 * What becomes of the connections through a proxy, those that are there as well as new ones:
 * - `open`: everything passes.
 * - `refuse`: new ones are reset, those that are there too.
 * - `mute`: taken, and nothing passes in either direction; nobody is told. So it is when a cable is pulled.
 * - `deaf`: what the client says passes, answers do not: half of the connection is gone.
 * - `slow`: a few bytes each tenth of a second.
 * - `corrupt`: one bit of each answer's every piece is wrong.
 */
export type Weather = 'open' | 'refuse' | 'mute' | 'deaf' | 'slow' | 'corrupt';

const slowBytes = 64;
const slowEveryMs = 100;

/** A way to a server on this machine on which the weather changes. */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #weather: Weather = 'open';
  /** Connections so far. */
  connections = 0;
  /** Bytes that clients have sent so far. */
  sent = 0;

  private constructor(target: number) {
    this.#target = target;
    // Half-open on purpose: an end in one direction is passed on as one.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.#accept(client));
  }

  static async to(port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(port);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get weather(): Weather {
    return this.#weather;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    for (const pair of this.#pairs) {
      if (weather === 'refuse') pair.reset();
      else pair.flow();
    }
  }

  /** Resets every connection; new ones are taken as the weather is. */
  cut(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /** Resolves when clients have sent so many bytes since. */
  async after(bytes: number): Promise<void> {
    const wanted = this.sent + bytes;
    while (this.sent < wanted) await once(this.#server, 'umbra:sent');
  }

  #accept(client: Socket): void {
    this.connections += 1;
    if (this.#weather === 'refuse') return void client.resetAndDestroy();
    const server = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = new Pair(client, server, {
      weather: () => this.#weather,
      said: (bytes) => {
        this.sent += bytes;
        this.#server.emit('umbra:sent');
      },
      over: () => this.#pairs.delete(pair),
    });
    this.#pairs.add(pair);
    pair.flow();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

interface Surroundings {
  weather(): Weather;
  said(bytes: number): void;
  over(): void;
}

/** One connection: a client's, and ours to the server. */
class Pair {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #around: Surroundings;
  #slow: NodeJS.Timeout | undefined;

  constructor(client: Socket, server: Socket, around: Surroundings) {
    this.#client = client;
    this.#server = server;
    this.#around = around;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (piece: Buffer) => this.#pass(from, to, piece));
      from.on('end', () => this.#isOpen(from) && to.end());
      from.on('error', () => this.reset());
      from.on('close', () => {
        if (client.destroyed && server.destroyed) this.#over();
      });
    }
  }

  /** Lets pass what the weather lets pass. */
  flow(): void {
    clearInterval(this.#slow);
    if (this.#around.weather() === 'slow') this.#slow = setInterval(() => this.#step(), slowEveryMs);
    for (const socket of [this.#client, this.#server]) {
      if (this.#isOpen(socket)) socket.resume();
      else socket.pause();
    }
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) if (!socket.destroyed) socket.resetAndDestroy();
    this.#over();
  }

  #isOpen(from: Socket): boolean {
    const weather = this.#around.weather();
    return weather === 'open' || weather === 'corrupt' || (weather === 'deaf' && from === this.#client);
  }

  #pass(from: Socket, to: Socket, piece: Buffer): void {
    if (from === this.#client) this.#around.said(piece.length);
    const passes = this.#around.weather() === 'corrupt' && from === this.#server ? damaged(piece) : piece;
    if (!to.write(passes) && this.#around.weather() !== 'slow') {
      from.pause();
      to.once('drain', () => this.#isOpen(from) && from.resume());
    }
  }

  /** Taking from what waits makes it pass; with nothing there, taking nothing makes it look for more. */
  #step(): void {
    for (const socket of [this.#client, this.#server]) socket.read(Math.min(slowBytes, socket.readableLength));
  }

  #over(): void {
    clearInterval(this.#slow);
    this.#around.over();
  }
}

function damaged(piece: Buffer): Buffer {
  const copy = Buffer.from(piece);
  const last = copy.length - 1;
  copy.writeUInt8(copy.readUInt8(last) ^ 0x10, last);
  return copy;
}

export const tcpProxy = everywhere(
  'TCP proxy',
  'a connection is cut, mute, half open, slow or wrong (a proxy in Node)',
);
