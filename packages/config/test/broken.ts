import type { ErrorCode } from '@umbracore/contracts';

/**
 * A configuration with one fault. `⟦` stands right before the place that the report must point to, and is removed. The
 * fix is what the hint says; applied, it must give a valid file.
 */
export interface Broken {
  readonly name: string;
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint: string;
  readonly fix?: readonly [from: string, to: string];
  readonly file?: string;
}

export const repositories = 'repositories:\n  main: /mnt/backup\n';
export const job = (lines: string): string => `${repositories}jobs:\n  docs:\n    sources: ~/Documents\n    ${lines}\n`;
export const full = (lines: string): string => `repositories:\n  main:\n    url: /mnt/backup\n    ${lines}\n`;

export const value = (name: string, text: string, hint: string, fix?: readonly [string, string]): Broken => ({
  name,
  code: 'config.invalid-value',
  text,
  hint,
  ...(fix === undefined ? {} : { fix }),
});
export const of = (
  code: ErrorCode,
  name: string,
  text: string,
  hint: string,
  fix?: readonly [string, string],
): Broken => ({
  ...value(name, text, hint, fix),
  code,
});
