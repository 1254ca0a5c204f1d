import {
  pluginApi,
  toUmbraError,
  UmbraError,
  type Clock,
  type Conversation,
  type DurationMs,
  type EngineCommand,
  type EngineExit,
  type EngineProcesses,
  type Log,
  type FewOfProgress,
} from '@umbracore/contracts';
import { later } from './later.ts';
import { limits, type Patience } from './limits.ts';
import { badOutput, parseMessage, reportedError, type Message } from './messages.ts';

/** A plug-in that is a program, and what it is asked with. */
export interface Program {
  /** What the configuration calls it. */
  readonly name: string;
  readonly command: EngineCommand;
  readonly processes: EngineProcesses;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
}

/** One question: a process is started for it, and gone when it is answered. */
export interface Question {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** `answer`: the whole answer takes no longer; `given`: as long as the signal lets it; else so long without anything new. */
  readonly patience: 'answer' | 'reading' | 'working' | 'given';
  readonly signal?: AbortSignal | undefined;
  readonly report?: ((progress: FewOfProgress) => void) | undefined;
  readonly note?: ((line: string) => void) | undefined;
  readonly items?: ((values: readonly unknown[]) => void | Promise<void>) | undefined;
  readonly chunk?: ((data: Uint8Array) => void | Promise<void>) | undefined;
}

/** The result of a question. Rejects with what the program reports, or with `engine.*` for one that hangs, floods or crashes. */
export async function ask(program: Program, question: Question): Promise<unknown> {
  const { signal } = question;
  if (isAborted(signal)) throw cancelled(program, question);
  const exchange = new Exchange(program, question);
  const conversation = await program.processes.converse(program.command, {
    lineLimitBytes: limits.lineBytes,
    stdout: (line) => exchange.heard(line),
    stderr: (line) => exchange.muttered(line),
  });
  const over = new AbortController();
  const stop = (): void => void exchange.stop(conversation, over.signal);
  signal?.addEventListener('abort', stop, { once: true, signal: over.signal });
  if (isAborted(signal)) stop();
  exchange.watch(over.signal);
  conversation.ended.then(
    (exit) => exchange.ended(exit),
    (error: unknown) => exchange.fail(error),
  );
  try {
    conversation.send(
      JSON.stringify({ type: 'request', api: pluginApi, method: question.method, params: question.params }),
    );
    return await exchange.answer;
  } finally {
    over.abort();
    await leave(conversation, program);
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** Nobody of it is left when this resolves. */
async function leave(conversation: Conversation, { clock, patience }: Program): Promise<void> {
  conversation.finish();
  const over = new AbortController();
  const late = clock.sleep(patience.leaveMs, over.signal).catch(() => {});
  await Promise.race([conversation.ended.catch(() => {}), late]);
  over.abort();
  await conversation.kill();
}

const cancelled = ({ name }: Program, { method }: Question): UmbraError =>
  new UmbraError('run.cancelled', `${name}: "${method}" was cancelled`);

/** What has been said so far. */
class Exchange {
  readonly #program: Program;
  readonly #question: Question;
  readonly #settled = later<unknown>();
  #isSettled = false;
  #answerBytes = 0;
  #mutterings = 0;
  #lastWords = '';
  #lastTold = '';
  #newAt: number;
  #isAtWork = false;
  #second = { from: 0, told: 0 };

  constructor(program: Program, question: Question) {
    this.#program = program;
    this.#question = question;
    this.#newAt = program.clock.monotonicMs();
    // Whoever asked may have gone on with another error.
    this.#settled.promise.catch(() => {});
  }

  get answer(): Promise<unknown> {
    return this.#settled.promise;
  }

  fail(error: unknown): void {
    this.#isSettled = true;
    this.#settled.reject(toUmbraError(error));
  }

  async heard(line: string): Promise<void> {
    if (this.#isSettled || line.trim() === '') return;
    try {
      const message = parseMessage(this.#program.name, line);
      if (message.type !== 'chunk') this.#count(line);
      await this.#take(message, line);
    } catch (error) {
      this.fail(error);
    }
  }

  #count(line: string): void {
    this.#answerBytes += line.length;
    if (this.#answerBytes <= limits.answerBytes) return;
    throw badOutput(this.#program.name, `said more than ${limits.answerBytes} bytes to "${this.#question.method}"`);
  }

  async #take(message: Message, line: string): Promise<void> {
    const { items, chunk, report, note } = this.#question;
    switch (message.type) {
      case 'progress': {
        const { type: _type, ...progress } = message;
        report?.(progress);
        return await this.#telling(line);
      }
      case 'note':
        note?.(message.line.slice(0, limits.loggedChars));
        return await this.#telling(line);
      case 'items':
        return await this.#used(items?.(message.values));
      case 'chunk':
        return await this.#used(chunk?.(Buffer.from(message.data, 'base64')));
      case 'result':
        this.#isSettled = true;
        return this.#settled.resolve(message.value);
      case 'error':
        return this.fail(reportedError(this.#program.name, message));
    }
  }

  /** The program is not to blame for how long its host takes. */
  async #used(work: void | Promise<void>): Promise<void> {
    this.#isAtWork = true;
    await work;
    this.#isAtWork = false;
    this.#new();
  }

  #new(): void {
    this.#newAt = this.#program.clock.monotonicMs();
  }

  /** To say the same again is nothing new; and who says too much has to wait until it is read. */
  async #telling(line: string): Promise<void> {
    if (line !== this.#lastTold) this.#new();
    this.#lastTold = line;
    const now = this.#program.clock.monotonicMs();
    const passedMs = now - this.#second.from;
    if (passedMs >= 1000) this.#second = { from: now, told: 0 };
    this.#second.told += 1;
    if (this.#second.told > limits.tellingPerSecond) await this.#program.clock.sleep(1000 - passedMs);
  }

  muttered(line: string): void {
    this.#lastWords = line.slice(0, limits.loggedChars);
    this.#mutterings += 1;
    if (this.#mutterings > limits.loggedLines) return;
    this.#program.log.info({ plugin: this.#program.name, method: this.#question.method }, this.#lastWords);
  }

  ended({ code, signal }: EngineExit): void {
    if (this.#isSettled) return;
    const how = signal === undefined ? `exit code ${code ?? '?'}` : signal;
    const words = this.#lastWords === '' ? '' : `: ${this.#lastWords}`;
    const { name } = this.#program;
    this.fail(
      new UmbraError(
        'engine.crashed',
        `the plug-in ${name} ended (${how}) without an answer to "${this.#question.method}"${words}`,
        {
          hint: `Try it alone with \`umbra plugin check ${name}\`; what it said before is in logs/umbra.log.`,
          context: { program: name, method: this.#question.method },
        },
      ),
    );
  }

  /** Gives up on a program that has said nothing new for too long, until `over` aborts. */
  watch(over: AbortSignal): void {
    const { clock, patience } = this.#program;
    const kind = this.#question.patience;
    if (kind === 'given') return;
    const isWhole = kind === 'answer';
    const limitMs = patience[`${kind}Ms`];
    const begin = clock.monotonicMs();
    const look = async (): Promise<void> => {
      for (;;) {
        const since = isWhole ? begin : this.#newAt;
        const leftMs = since + limitMs - clock.monotonicMs();
        if (leftMs <= 0 && !this.#isAtWork) return this.fail(this.#stalled(limitMs));
        await clock.sleep(Math.max(leftMs, 100), over);
      }
    };
    look().catch(() => {});
  }

  #stalled(limitMs: DurationMs): UmbraError {
    const { name } = this.#program;
    const method = this.#question.method;
    const what = this.#question.patience === 'answer' ? 'did not answer' : 'said nothing new to';
    return new UmbraError('engine.stalled', `the plug-in ${name} ${what} "${method}" within ${limitMs / 1000} s`, {
      hint: 'Look whether what it works with can be reached.',
      context: { program: name, method },
    });
  }

  /** Tells the program to stop, and waits for a moment until it has. */
  async stop(conversation: Conversation, over: AbortSignal): Promise<void> {
    conversation.send(JSON.stringify({ type: 'cancel' }));
    await this.#program.clock.sleep(this.#program.patience.stopMs, over).then(
      () => this.fail(cancelled(this.#program, this.#question)),
      () => {},
    );
  }
}
