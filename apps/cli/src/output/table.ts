import { displayWidth } from './width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** One blank behind it instead of two: a sign belongs to what it is the sign of. */
  readonly tight?: boolean;
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
