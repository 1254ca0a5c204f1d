import type { WriteStream } from 'node:tty';
import { colourStyle, plainStyle, wantsColour, type ColourChoice, type Style } from './colour.ts';

/** Progress is left out while more than this waits for a slow reader. */
const backlogBytes = 64 * 1024;

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
  readonly #stream: WriteStream;
  #closed = false;

  constructor(stream: WriteStream, { colour, env }: ChannelOptions) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY;
    const coloured = wantsColour({ choice: colour, env, isTerminal: this.isTerminal });
    this.style = coloured ? colourStyle : plainStyle;
    stream.on('error', () => (this.#closed = true));
  }

  get columns(): number {
    return this.#stream.columns > 0 ? this.#stream.columns : 80;
  }

  write(text: string): void {
    if (!this.#closed) this.#stream.write(text);
  }

  line(text = ''): void {
    this.write(`${text}\n`);
  }

  /** A line that may be left out if the reader is behind. */
  offer(text: string): void {
    if (this.#stream.writableLength < backlogBytes) this.line(text);
  }

  /** Resolves when everything is with the reader, or the reader is gone. */
  flush(): Promise<void> {
    if (this.#closed || this.#stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.once('error', () => resolve());
      this.#stream.write('', () => resolve());
    });
  }
}
