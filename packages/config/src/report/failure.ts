import { isUmbraError, type UmbraError } from '@umbracore/contracts';
import type { Place } from '../jobs/layers.ts';
import type { Finding } from '../reading/source-text.ts';

/** What a check threw, as the words of a finding. */
export type Failure = Pick<UmbraError, 'code' | 'message' | 'hint' | 'context'>;

/** Runs a check; its `UmbraError` if it throws one. */
export function failure(check: () => void): Failure | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!isUmbraError(error)) throw error;
    const { code, message, hint, context } = error;
    return { code, message, hint: hint === undefined ? undefined : asReported(hint), context };
  }
}

/** A sentence as hints stand in a report: without capital and full stop. */
export const asReported = (sentence: string): string =>
  sentence.replace(/^[A-Z](?=[a-z]* )/, (first) => first.toLowerCase()).replace(/\.$/, '');

/** The finding of a failure: at the words that were not understood, if they stand in the file as they are. */
export function failureAt({ code, message, hint, context }: Failure, { source, span }: Place): Finding {
  const { text, column, length } = context;
  const plain = { code, message, hint, source, span };
  if (typeof text !== 'string' || typeof column !== 'number' || typeof length !== 'number') return plain;
  const written = source.text.slice(span.start, span.end);
  const word = text.slice(column - 1, column - 1 + length);
  const at = written.indexOf(text);
  // A phrase made of a map is not in the file, but its words are; one that stands there twice is no place.
  const alone = word !== '' && written.split(word).length === 2 ? written.indexOf(word) : -1;
  if (at === -1 && alone === -1) return plain;
  const start = span.start + (at === -1 ? alone : at + column - 1);
  return { ...plain, span: { start, end: start + length } };
}
