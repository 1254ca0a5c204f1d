import type { Span } from '../reading/source-text.ts';

const widest = 110;
const mask = '[secret]';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
}

const lineStartOf = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

export function positionAt(text: string, offset: number): Position {
  const start = lineStartOf(text, offset);
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line += 1;
  return { line, column: Array.from(text.slice(start, offset)).length + 1 };
}

/** Control characters could move the cursor or colour the terminal. */
// oxlint-disable-next-line no-control-regex
const printable = (text: string): string => text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' ');

const width = (text: string): number => Array.from(text).length;

/** A line's text between two offsets with every secret replaced; `[secret]` has one length, whatever it hides. */
function shown(text: string, from: number, to: number, secrets: readonly Span[]): string {
  let at = from;
  let result = '';
  for (const { start, end } of [...secrets].sort((one, other) => one.start - other.start)) {
    if (end <= at || start >= to) continue;
    const reached = Math.max(at, start);
    result += printable(text.slice(at, reached));
    // A stretch that was blanked already, as by two overlapping secrets, is not marked twice.
    if (reached > at || !result.endsWith(mask)) result += mask;
    at = Math.min(to, end);
  }
  return result + printable(text.slice(at, to));
}

/** Offsets inside a secret move to its edges, so that the caret stands below the mask. */
function outside(span: Span, secrets: readonly Span[]): Span {
  return secrets.reduce<Span>(
    ({ start, end }, secret) => ({
      start: start > secret.start && start < secret.end ? secret.start : start,
      end: end > secret.start && end < secret.end ? secret.end : end,
    }),
    span,
  );
}

/** The line of a place with a marker below it, secrets blanked. */
export function frameAt(text: string, place: Span, secrets: readonly Span[]): string {
  const { line } = positionAt(text, place.start);
  const lineStart = lineStartOf(text, place.start);
  const newline = text.indexOf('\n', lineStart);
  const lineEnd = newline === -1 ? text.length : newline;
  const span = outside(place, secrets);
  const start = Math.max(lineStart, span.start);
  const before = shown(text, lineStart, start, secrets);
  const marked = shown(text, start, Math.max(start, Math.min(lineEnd, span.end)), secrets);
  const after = shown(text, Math.max(start, Math.min(lineEnd, span.end)), lineEnd, secrets);
  // Lines without end, as in one-line JSON, are shown around the place.
  const long = width(before + marked + after) > widest && width(before) > widest / 2;
  const lead = long
    ? `…${Array.from(before)
        .slice(-widest / 2)
        .join('')}`
    : before;
  const tail = Array.from(marked + after);
  const room = Math.max(20, widest - width(lead));
  const visible = tail.length > room ? `${tail.slice(0, room).join('')}…` : tail.join('');
  const carets = '^'.repeat(Math.max(1, Math.min(width(marked.trimEnd()), room)));
  const gutter = ' '.repeat(String(line).length);
  return [
    `${gutter} |`,
    `${line} | ${lead}${visible}`.trimEnd(),
    `${gutter} | ${' '.repeat(width(lead))}${carets}`,
  ].join('\n');
}
