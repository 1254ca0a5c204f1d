import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import type { Clock } from '@umbracore/contracts';
import type { ShimAnswer, ShimSpec } from './shim-protocol.ts';
import type { StartedShim } from './start-shim.ts';

/** A shim that does not answer in this time is taken for dead: in a full process table Node hangs instead of failing. */
const answerDeadlineMs = 10_000;

/** A started shim, from before it has work until it ends. */
export class ShimProcess {
  readonly #child: ChildProcess | undefined;
  readonly #ended: Promise<void>;
  readonly #silent: Promise<void>;
  #hasEnded = false;
  #errno: string | undefined;

  constructor({ child, ended }: StartedShim) {
    this.#child = child;
    this.#ended = this.#watch(ended);
    const answers = child?.stdout;
    this.#silent = new Promise((resolve) => answers?.once('close', () => resolve()));
    // Writing to a shim that was killed fails; that it ended is told by `ended`.
    for (const pipe of this.#pipes()) pipe.on('error', () => undefined);
    this.#setRef('unref');
  }

  /** Undefined if it could not be started; `errno` then tells why as soon as `ended` has resolved. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get errno(): string | undefined {
    return this.#errno;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Resolves when the shim will not say anything any more: it has written down how its engine ended, or it ends. */
  get silent(): Promise<void> {
    return this.#silent;
  }

  /** Resolves when the shim has ended, or could not be started. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Gives the shim its work. Undefined if it did not answer. */
  async work(spec: ShimSpec, clock: Clock): Promise<ShimAnswer | undefined> {
    this.#setRef('ref');
    const over = new AbortController();
    try {
      const answer = this.#answer(over.signal);
      this.#child?.stdin?.write(`${JSON.stringify(spec)}\n`);
      if (spec.orphanPolicy === 'adopt') this.#child?.stdin?.end();
      const late = clock.sleep(answerDeadlineMs, over.signal).catch(() => undefined);
      return await Promise.race([answer, late.then(() => undefined)]);
    } finally {
      over.abort();
      this.#setRef('unref');
    }
  }

  /** Resolves when the shim has ended; unlike `ended` it keeps this process alive until then. */
  async waitForEnd(): Promise<void> {
    this.#child?.ref();
    await this.#ended;
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  async #watch(ended: StartedShim['ended']): Promise<void> {
    this.#errno = await ended;
    this.#hasEnded = true;
  }

  async #answer(signal: AbortSignal): Promise<ShimAnswer | undefined> {
    const answers = this.#child?.stdout;
    if (answers == null) return undefined;
    let text = '';
    answers.setEncoding('utf8');
    const line = new Promise<string>((resolve) => {
      answers.on('data', (chunk: string) => {
        text += chunk;
        if (text.endsWith('\n')) resolve(text);
      });
    });
    const closed = once(answers, 'close', { signal }).then(
      () => undefined,
      () => undefined,
    );
    const received = await Promise.race([line, closed]);
    return received === undefined ? undefined : (JSON.parse(received) as ShimAnswer);
  }

  /** While it has nothing to tell, a shim must not keep this process from ending. */
  #setRef(action: 'ref' | 'unref'): void {
    this.#child?.[action]();
    for (const pipe of this.#pipes()) pipe[action]();
  }

  /** Without a free descriptor Node makes no streams at all, against its types. */
  #pipes(): readonly Socket[] {
    return [this.#child?.stdin, this.#child?.stdout].filter((pipe) => pipe instanceof Socket);
  }
}
