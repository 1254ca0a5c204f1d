import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { UmbraError, type Clock } from '@umbracore/contracts';
import type { ShimAnswer, ShimSpec } from './shim-protocol.ts';

/** Where the shim program is and what runs it. */
export interface ShimProgram {
  readonly nodePath: string;
  readonly shimPath: string;
}

/** A shim that does not answer in this time is taken for dead: in a full process table Node hangs instead of failing. */
const answerDeadlineMs = 10_000;

/** A started shim, from before it has work until it ends. */
export class ShimProcess {
  readonly #child: ChildProcess;
  readonly #work: Writable;
  readonly #answers: Readable;
  readonly #ended: Promise<void>;
  #hasEnded = false;

  constructor({ nodePath, shimPath }: ShimProgram) {
    // No inspector on SIGUSR1, and nothing of our own environment: NODE_OPTIONS would reach into the shim.
    this.#child = spawn(nodePath, ['--disable-sigusr1', '--no-warnings', shimPath], {
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const { stdin, stdout } = this.#child;
    if (stdin === null || stdout === null) throw new UmbraError('internal', 'A shim was started without pipes');
    this.#work = stdin;
    this.#answers = stdout;
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', resolve).once('error', resolve);
    });
    void this.#ended.then(() => (this.#hasEnded = true));
    // Writing to a shim that was killed fails; that it ended is told by `ended`.
    this.#work.on('error', () => undefined);
    this.#answers.on('error', () => undefined);
    this.#setRef('unref');
  }

  /** Undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves when the shim has ended, or could not be started. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Gives the shim its work. Undefined if it did not answer. */
  async work(spec: ShimSpec, clock: Clock): Promise<ShimAnswer | undefined> {
    this.#setRef('ref');
    const answered = new AbortController();
    try {
      this.#work.write(`${JSON.stringify(spec)}\n`);
      if (spec.orphanPolicy === 'adopt') this.#work.end();
      const late = clock.sleep(answerDeadlineMs, answered.signal).catch(() => undefined);
      return await Promise.race([this.#answer(answered.signal), late.then(() => undefined)]);
    } finally {
      answered.abort();
      this.#setRef('unref');
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #answer(signal: AbortSignal): Promise<ShimAnswer | undefined> {
    let text = '';
    this.#answers.setEncoding('utf8');
    const closed = once(this.#answers, 'close', { signal }).then(
      () => undefined,
      () => undefined,
    );
    const line = new Promise<string>((resolve) => {
      this.#answers.on('data', (chunk: string) => {
        text += chunk;
        if (text.endsWith('\n')) resolve(text);
      });
    });
    const received = await Promise.race([line, closed]);
    return received === undefined ? undefined : (JSON.parse(received) as ShimAnswer);
  }

  /** While it has nothing to tell, a shim must not keep this process from ending. */
  #setRef(action: 'ref' | 'unref'): void {
    this.#child[action]();
    for (const pipe of [this.#work, this.#answers]) if (pipe instanceof Socket) pipe[action]();
  }
}
