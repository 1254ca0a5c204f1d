import { colourStyle, plainStyle, wantsColour, type ColourChoice, type Style } from './colour.ts';
import { whyUnwritten } from './why-unwritten.ts';

/** Progress is left out while more than this waits for a slow reader. */
const backlogBytes = 64 * 1024;

const clearLine = '\r\u001b[2K';
const upAndClear = '\u001b[1A\u001b[2K';

/** What is needed of a stream of the process. */
export interface ChannelStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly writableLength: number;
  write(text: string, done?: () => void): boolean;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  once(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
}

export interface ChannelOptions {
  readonly colour: ColourChoice;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Standard output or standard error. When its reader goes away the channel falls silent and the program goes on: a
 * backup must not die because somebody closed a pager.
 */
export class Channel {
  readonly isTerminal: boolean;
  readonly style: Style;
  readonly #stream: ChannelStream;
  #closed = false;
  #failure: NodeJS.ErrnoException | undefined;
  #liveLines = 0;

  constructor(stream: ChannelStream, { colour, env }: ChannelOptions) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY;
    const coloured = wantsColour({ choice: colour, env, isTerminal: this.isTerminal });
    this.style = coloured ? colourStyle : plainStyle;
    stream.on('error', (error) => {
      this.#closed = true;
      // A terminal that is gone answers as a broken disk does.
      if (!this.isTerminal) this.#failure ??= whyUnwritten(error);
    });
  }

  /** Why what was written is not there; undefined if it is, or only its reader has gone. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure;
  }

  get columns(): number {
    return this.#stream.columns > 0 ? this.#stream.columns : 80;
  }

  write(text: string): void {
    if (!this.#closed) this.#stream.write(text);
  }

  line(text = ''): void {
    this.erase();
    this.write(`${text}\n`);
  }

  /** Lines at the bottom of a terminal that the next ones replace, and that give way to every other line. */
  draw(lines: readonly string[]): void {
    this.erase();
    this.write(lines.join('\n'));
    this.#liveLines = lines.length;
  }

  /** Removes what was drawn. */
  erase(): void {
    if (this.#liveLines > 0) this.write(clearLine + upAndClear.repeat(this.#liveLines - 1));
    this.#liveLines = 0;
  }

  /** A line that may be left out if the reader is behind. */
  offer(text: string): void {
    if (this.#stream.writableLength < backlogBytes) this.line(text);
  }

  /** Resolves when everything is with the reader, or the reader is gone. */
  flush(): Promise<void> {
    // What went wrong with a file is told in the next turn only.
    if (this.#closed || this.#stream.writableLength === 0) return new Promise((resolve) => setImmediate(resolve));
    return new Promise((resolve) => {
      const done = (): void => {
        this.#stream.off('error', done);
        resolve();
      };
      this.#stream.once('error', done);
      this.#stream.write('', done);
    });
  }
}
