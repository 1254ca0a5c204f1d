import type { ErrorCode } from '@umbracore/contracts';
import type { Path } from './path.ts';

/** A stretch of a text, in UTF-16 units; `end` is the first unit after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A configuration file: its text, what it says, and where it says it. */
export interface SourceText {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  /** The whole value; undefined if the text could not be read as one. */
  readonly value: unknown;
  /** Where a key or value stands; undefined if the text holds no such thing. */
  readonly locate: (path: Path, part: 'key' | 'value') => Span | undefined;
}

/** Something wrong at one place of one file, not printed yet. */
export interface Finding {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly source: SourceText;
  readonly span: Span;
}

/** Each finding once: one that a profile causes comes from every job that uses it. */
export const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(
    findings.map((finding) => [`${finding.source.file}:${finding.span.start}:${finding.message}`, finding]),
  ).values(),
];

const start: Span = { start: 0, end: 0 };

/** The place of a path, or of the nearest key above it that the text holds. */
export function nearestSpan(source: SourceText, path: Path, part: 'key' | 'value'): Span {
  const exact = source.locate(path, part);
  if (exact !== undefined) return exact;
  for (let length = path.length; length > 0; length -= 1) {
    const span = source.locate(path.slice(0, length), 'key') ?? source.locate(path.slice(0, length), 'value');
    if (span !== undefined) return span;
  }
  return start;
}
