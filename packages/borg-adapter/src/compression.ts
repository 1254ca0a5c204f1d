import { UmbraError } from '@umbracore/contracts';

/** By level, 0 to 9. */
const modes = ['none', 'lz4', 'lz4', 'lz4', 'zstd,3', 'zstd,3', 'zstd,3', 'zstd,10', 'zstd,10', 'zstd,19'] as const;

/** The words of the configuration, by what they come to. */
const levels: Readonly<Record<string, number>> = { off: 0, fastest: 1, auto: 4, better: 7, max: 9 };

/** borg's mode for a level of 0 (off) to 9 (smallest). Throws `config.invalid-value` for another one. */
export function compressionFor(level: number): string {
  const mode = modes[level];
  if (mode !== undefined) return mode;
  throw new UmbraError('config.invalid-value', `Compression level ${level} does not exist`, {
    hint: 'Use a whole number from 0 to 9.',
  });
}

/** The same by the word in a repository's definition. */
export function compressionNamed(word: string): string {
  const level = levels[word];
  if (level !== undefined) return compressionFor(level);
  throw new UmbraError('config.invalid-value', `Compression "${word}" does not exist`, {
    hint: 'Use off, fastest, auto, better or max.',
  });
}
