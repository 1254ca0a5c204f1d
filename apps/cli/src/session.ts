import { homedir } from 'node:os';
import type { Configuration, UmbraError } from '@umbracore/contracts';
import { errorDocument, exitCodes } from '@umbracore/runtime/documents';
import type { ComposeOptions, History, Runtime } from '@umbracore/runtime';
import type { StartedShim } from '@umbracore/runtime/place';
import type { GlobalOptions } from './global-options.ts';
import { buildId } from './build-id.ts';
import { watchInterrupt, type Interrupt } from './interrupt.ts';
import type { Channel } from './output/channel.ts';
import { screenOn, type Screen, type Streams } from './output/screen.ts';
import type { Signs } from './output/signs.ts';
import { printable } from './output/printable.ts';
import { problemLines } from './output/problem.ts';
import { unwritable } from './output/unwritable.ts';
import { fittedTable, type Column } from './output/table.ts';
import { withDayTimes } from './output/times.ts';

import { wallClock } from './wall-clock.ts';

/** Where a call is made. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly streams: Streams;
}

export interface SessionOptions {
  /** A daemon was looked for already, and does nothing of this call. */
  readonly daemonRefused?: boolean;
  /** For the first engine of this call. */
  readonly shim?: StartedShim;
  /** Those of the process by default. */
  readonly surroundings?: Surroundings;
  /** Made of the streams by default. */
  readonly screen?: Screen;
}

export interface RuntimeOptions extends Partial<ComposeOptions> {
  /** The caller tells itself of plug-ins that broke when they were asked about the configuration. */
  readonly tellsFaults?: boolean;
}

const ofThisProcess = (): Surroundings => ({
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  streams: process,
});

/** One call of the program: where it reads, what it writes to, what it has opened. */
export class Session implements AsyncDisposable {
  readonly globals: GlobalOptions;
  /** A daemon was looked for already, and does nothing of this call. */
  readonly daemonRefused: boolean;
  readonly env: Surroundings['env'];
  readonly cwd: string;
  readonly home: string;
  readonly stdout: Channel;
  readonly stderr: Channel;
  readonly signs: Signs;
  readonly #shim: StartedShim | undefined;
  #interrupt: Interrupt | undefined;
  readonly #opened: AsyncDisposable[] = [];
  #warned = false;
  #runtime: Promise<Runtime> | undefined;
  #history: Promise<History> | undefined;

  constructor(globals: GlobalOptions, { daemonRefused = false, shim, surroundings, screen }: SessionOptions = {}) {
    const { env, cwd, home, streams } = surroundings ?? ofThisProcess();
    this.globals = globals;
    this.env = env;
    this.cwd = cwd;
    this.home = home;
    this.daemonRefused = daemonRefused;
    this.#shim = shim;
    const { stdout, stderr, signs } = screen ?? screenOn(streams, globals, env);
    this.stdout = stdout;
    this.stderr = stderr;
    this.signs = signs;
  }

  /** Signals are listened to from the first look at this. */
  get interrupt(): Interrupt {
    return (this.#interrupt ??= watchInterrupt({
      notice: (text) => this.notice(text),
      tidy: () => this.stderr.erase(),
    }));
  }

  /** Leaves signals to whoever comes next. */
  releaseSignals(): void {
    this.#interrupt?.release();
    this.#interrupt = undefined;
  }

  /** The exit code of the call: a signal goes before what was done. */
  exitCode(code: number): number {
    return this.#interrupt?.exitCode() ?? code;
  }

  /** The exit code of a call whose work is its answer: one that is not there is no success. */
  async answered(code: number): Promise<number> {
    await this.stdout.flush();
    return this.exitCode(code === 0 && this.stdout.failure !== undefined ? exitCodes.failed : code);
  }

  get json(): boolean {
    return this.globals.json === true;
  }

  get verbosity(): number {
    return this.globals.quiet === true ? -1 : (this.globals.verbose ?? 0);
  }

  /** True if a person can answer: both ends are terminals and nobody said no. */
  get canPrompt(): boolean {
    const refused = !this.globals.input || this.json || (this.env['CI'] ?? '') !== '';
    return !refused && process.stdin.isTTY && this.stderr.isTerminal;
  }

  /** The wall clock, for sentences such as "2 h ago". */
  now(): number {
    return wallClock();
  }

  /** A line of the answer, for people. */
  say(text = ''): void {
    if (this.json) return;
    // Both may be the same terminal.
    this.stderr.erase();
    this.stdout.line(text);
  }

  /** What was done, as it was asked for, and lines about that: nothing for whoever wants to hear only what went wrong. */
  done(text: string, ...more: readonly string[]): void {
    if (this.verbosity < 0) return;
    this.say(`${this.stdout.style.green(this.signs.good)} ${text}`);
    for (const line of more) this.say(`  ${line}`);
  }

  /** A line beside the answer. */
  notice(text: string): void {
    if (!this.json && this.verbosity >= 0) this.stderr.line(text);
  }

  sayTable(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    if (this.globals.plain === true) {
      for (const row of rows) this.say(row.map((cell) => cell.trim()).join('\t'));
      return;
    }
    const width = this.stdout.isTerminal ? this.stdout.columns : Infinity;
    const { ellipsis } = this.signs;
    const lines = fittedTable(columns, rows, { width, ellipsis, title: this.stdout.style.dim });
    if (lines.length > 0) this.say(lines.join('\n'));
  }

  /** The whole answer as one JSON document. */
  document(name: string, body: Readonly<Record<string, unknown>>): void {
    this.stdout.line(JSON.stringify({ schema: `umbra.${name}/1`, ...body }));
  }

  problem(error: UmbraError): void {
    if (this.json) this.stderr.line(JSON.stringify(errorDocument(error)));
    else
      for (const line of problemLines(error, this.stderr.style, this.verbosity > 0))
        this.stderr.line(withDayTimes(line, this.now()));
  }

  /** Everything that runs something; made once. After a failure it may be tried again with other options. */
  runtime(options: RuntimeOptions = {}): Promise<Runtime> {
    return (this.#runtime ??= this.#compose(options).catch((error: unknown) => {
      this.#runtime = undefined;
      throw error;
    }));
  }

  async #compose({ tellsFaults = false, ...options }: RuntimeOptions): Promise<Runtime> {
    const { compose } = await import('./doors/runtime.ts');
    const shim = this.#shim === undefined ? {} : { shim: this.#shim };
    const runtime = await compose({ ...this.place(), ...shim, ...options });
    this.#opened.push(runtime);
    await this.#warnOfExposed(runtime.configuration);
    this.#warnOfPlugins(runtime);
    if (!tellsFaults) this.#warnOfFaults(runtime);
    return runtime;
  }

  /** Configuration and history without what runs things: quick to open. */
  history(): Promise<History> {
    return (this.#history ??= this.#openHistory());
  }

  async #openHistory(): Promise<History> {
    const { openHistory } = await import('./doors/history.ts');
    const history = await openHistory(this.place());
    this.#opened.push(history);
    await this.#warnOfExposed(history.configuration);
    return history;
  }

  /** Once, and even when nothing else is to be said. A daemon, which nobody watches, refuses such a file. */
  async #warnOfExposed(configuration: Configuration): Promise<void> {
    if (this.#warned || this.json || process.getuid?.() !== 0) return;
    this.#warned = true;
    const { configurationFiles, exposedFiles, exposedText } = await import('./doors/exposed-files.ts');
    for (const exposed of exposedFiles(configurationFiles(configuration))) {
      const text = `${exposedText(exposed)}. Let nobody but root change it: ${exposed.fix}`;
      this.stderr.line(`${this.stderr.style.red(this.signs.bad)} ${printable(text)}`);
    }
  }

  /** To root they are refused. */
  #warnOfPlugins({ plugins }: Runtime): void {
    if (this.json) return;
    for (const { name, exposure } of plugins) {
      if (exposure === undefined) continue;
      const text = `${exposure}, and with it what the plug-in ${name} does here`;
      this.stderr.line(`${this.stderr.style.red(this.signs.bad)} ${printable(text)}`);
    }
  }

  /** Not an answer to what was asked: those who read JSON are told by what needs the plug-in, and by the log. */
  #warnOfFaults({ faults }: Runtime): void {
    if (this.json) return;
    const firsts = faults.map(({ message }) => message.replace(/^error\[[^\]]*\]: /, '').replace(/\n[^]*/, ''));
    for (const first of new Set(firsts)) {
      const text = `${first}; what needs it fails. See \`umbra config check\`.`;
      this.stderr.line(`${this.stderr.style.yellow(this.signs.attention)} ${printable(text)}`);
    }
  }

  /** What decides where configuration and state are. */
  place(): ComposeOptions {
    const { config } = this.globals;
    const logLevel = this.env['UMBRA_LOG'];
    const build = buildId();
    return {
      env: this.env,
      cwd: this.cwd,
      home: this.home,
      ...(config === undefined ? {} : { configFile: config }),
      ...(logLevel === undefined ? {} : { logLevel }),
      ...(build === undefined ? {} : { buildId: build }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#opened.reverse()) await one[Symbol.asyncDispose]();
    await this.stdout.flush();
    const { failure } = this.stdout;
    if (failure !== undefined) this.problem(unwritable(failure));
    await this.stderr.flush();
  }
}
