import type { OptionDefinition } from '../command.ts';
import { parseDuration } from '../output/durations.ts';
import { parseSize, parseSizeRange } from '../output/sizes.ts';
import { parseTime } from '../output/times.ts';
import { wallClock } from '../wall-clock.ts';

export type Parsed = Pick<OptionDefinition, 'parse' | 'expects'>;

/** A whole number between two, both included. */
export const wholeNumber = (least: number, most: number): Parsed => ({
  expects:
    most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`,
  parse(text) {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
  },
});

export const count = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const rate: Parsed = { expects: 'a rate such as 10MiB/s', parse: (text) => parseSize(text) || undefined };

export const duration: Parsed = {
  expects: 'a length of time such as 90s, 36h, 30d',
  parse: (text) => parseDuration(text) || undefined,
};

/** How long may be waited; the bare flag, which stands for `forever`, as long as it takes. */
export const patience: Parsed = {
  ...duration,
  parse: (text) => (text === 'forever' ? Infinity : duration.parse?.(text)),
};

export const time: Parsed = {
  expects:
    'a day (2026-11-20), a time (2026-11-20T18:00), today, yesterday, tomorrow, an age (36h), or a length ahead (+36h)',
  parse: (text) => parseTime(text, wallClock()),
};

export const sizeRange: Parsed = { expects: 'sizes such as >10M, <1k or 1M-2M', parse: parseSizeRange };

/** How much a verification reads: a percentage above 0, or `all`. */
export const share: Parsed = {
  expects: 'a percentage such as 5%, or all',
  parse(text) {
    if (text === 'all') return 100;
    const value = Number(text.replace(/%$/, ''));
    return text.trim() !== '' && value > 0 && value <= 100 ? value : undefined;
  },
};

export const jsonValue: Parsed = {
  expects: 'JSON, such as {"directory":"/srv/tape"}',
  parse(text) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  },
};
