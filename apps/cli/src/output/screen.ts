import { Channel, type ChannelStream } from './channel.ts';
import type { ColourChoice } from './colour.ts';
import { asciiSigns, printsUnicode, unicodeSigns, type Signs } from './signs.ts';

/** What a call writes to, and the marks that can be written there. */
export interface Screen {
  readonly stdout: Channel;
  readonly stderr: Channel;
  readonly signs: Signs;
}

/** Such as a process has. */
export interface Streams {
  readonly stdout: ChannelStream;
  readonly stderr: ChannelStream;
}

export function screenOn(
  streams: Streams,
  { plain = false, color }: { readonly plain?: boolean; readonly color: ColourChoice },
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const colour = plain ? 'never' : color;
  return {
    stdout: new Channel(streams.stdout, { colour, env }),
    stderr: new Channel(streams.stderr, { colour, env }),
    signs: !plain && printsUnicode(env, process.platform) ? unicodeSigns : asciiSigns,
  };
}

/** What is written is kept, for somebody else's stream. */
export class Sheet implements ChannelStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly writableLength = 0;
  text = '';

  /** `columns`: undefined if that stream is no terminal. */
  constructor(columns: number | undefined) {
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 0;
  }

  write(text: string, done?: () => void): boolean {
    this.text += text;
    done?.();
    return true;
  }

  on(): this {
    return this;
  }

  once(): this {
    return this;
  }

  off(): this {
    return this;
  }
}
