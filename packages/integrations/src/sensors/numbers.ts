import { refusal } from '../conditions/condition.ts';

/** A number above 0, or a text such as `40%`; nothing above `most`. */
export function percentage(kind: string, options: unknown): number {
  const text = typeof options === 'string' ? options.replace(/\s?%$/u, '') : options;
  const value = typeof text === 'string' && /^\d{1,3}(?:\.\d{1,2})?$/u.test(text) ? Number(text) : text;
  if (typeof value === 'number' && value > 0 && value <= 100) return value;
  throw refusal(kind, 'is no percentage from 1 to 100', `write ${kind}: 20%`);
}

export function positive(kind: string, options: unknown, example: string): number {
  if (typeof options === 'number' && Number.isFinite(options) && options > 0) return options;
  throw refusal(kind, 'is no number above 0', `write ${kind}: ${example}`);
}

export function yesOrNo(kind: string, options: unknown): boolean {
  if (typeof options === 'boolean') return options;
  throw refusal(kind, 'is neither true nor false', `write ${kind}: true`);
}
