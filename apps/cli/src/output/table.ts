import { displayWidth, shortenEnd, wrapWords } from './width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** One blank behind it instead of two: a sign belongs to what it is the sign of. */
  readonly tight?: boolean;
  /** Of the last one: where a line would be cut, it stands below its row instead. */
  readonly below?: boolean;
}

/**
 * Lines of a table with its titles first. A column that is empty in all rows is left out; the last one is never padded,
 * so that it may be as long as it likes.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  title = (text: string) => text,
) {
  const kept = columns.flatMap((column, index) => {
    const cells = rows.map((row) => row[index] ?? '');
    return cells.every((cell) => cell === '') ? [] : [padded(column, cells)];
  });
  const line = (row: number): string =>
    kept
      .map((cells) => cells[row] ?? '')
      .join('')
      .trimEnd();
  const head = line(0);
  const body = rows.map((_, index) => line(index + 1));
  return head === '' ? body : [title(head), ...body];
}

/** The same for a terminal: what is too wide is cut, but for a last column that may stand below. */
export function fittedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  {
    width,
    ellipsis,
    title,
  }: { readonly width: number; readonly ellipsis: string; readonly title: (text: string) => string },
): readonly string[] {
  const cut = (line: string): string => shortenEnd(line, width, ellipsis);
  const lines = table(columns, rows, title);
  if (columns.at(-1)?.below !== true || lines.every((line) => displayWidth(line) <= width)) return lines.map(cut);
  const last = columns.length - 1;
  const above = table(
    columns.slice(0, last),
    rows.map((row) => row.slice(0, last)),
    title,
  ).map(cut);
  const head = above.slice(0, above.length - rows.length);
  const body = rows.flatMap((row, index) => {
    const notes = wrapWords(row[last] ?? '', width - noteIndent.length).map((line) => cut(noteIndent + line));
    return [above[head.length + index] ?? '', ...notes];
  });
  return [...head, ...body];
}

const noteIndent = ' '.repeat(4);

/** A column from its title down, each cell as wide as the widest, and its gap behind it. */
function padded({ title, align, tight }: Column, cells: readonly string[]): readonly string[] {
  const all = [title, ...cells];
  const widths = all.map(displayWidth);
  const widest = Math.max(...widths);
  const gap = tight === true ? ' ' : '  ';
  return all.map((cell, index) => {
    const blanks = ' '.repeat(widest - (widths[index] ?? 0));
    return align === 'right' ? blanks + cell + gap : cell + blanks + gap;
  });
}
