import { UmbraError } from '@umbracore/contracts';
import type { Features } from './features.ts';

export type CompressionMode = 'off' | 'fastest' | 'auto' | 'better' | 'max';

/** By level, 0 to 9. */
const modes: readonly CompressionMode[] = [
  'off',
  'fastest',
  'fastest',
  'fastest',
  'auto',
  'auto',
  'auto',
  'better',
  'better',
  'max',
];

/** What comes closest in an engine that knows only `off`, `auto` and `max` (before 0.19). */
const nearest: Readonly<Record<CompressionMode, CompressionMode>> = {
  off: 'off',
  fastest: 'auto',
  auto: 'auto',
  better: 'max',
  max: 'max',
};

/**
 * The engine's mode for a level of 0 (off) to 9 (smallest): 0 `off`, 1-3 `fastest`, 4-6 `auto`, 7-8 `better`, 9 `max`.
 * Before restic 0.19 `fastest` becomes `auto` and `better` becomes `max`. Throws `config.invalid-value` for another level.
 */
export function compressionFor(level: number, features: Pick<Features, 'fineCompression'>): CompressionMode {
  const mode = modes[level];
  if (mode === undefined) {
    throw new UmbraError('config.invalid-value', `Compression level ${level} does not exist`, {
      hint: 'Use a whole number from 0 to 9.',
    });
  }
  return features.fineCompression ? mode : nearest[mode];
}

/** Checks a mode given by name: restic 0.14 ignores some wrong ones silently. */
export function compressionNamed(word: string, features: Pick<Features, 'fineCompression'>): CompressionMode {
  const mode = modes.find((known) => known === word);
  if (mode === undefined) {
    throw new UmbraError('config.invalid-value', `Compression "${word}" does not exist`, {
      hint: 'Use off, fastest, auto, better or max.',
    });
  }
  return features.fineCompression ? mode : nearest[mode];
}
