import { displayWidth, padEnd, padStart } from './width.ts';

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
    if (cells.every((cell) => cell === '')) return [];
    const width = Math.max(displayWidth(column.title), ...cells.map(displayWidth));
    return [{ ...column, cells, width }];
  });
  const line = (cellOf: (column: (typeof kept)[number]) => string): string =>
    kept
      .map((column) => {
        const cell = (column.align === 'right' ? padStart : padEnd)(cellOf(column), column.width);
        return cell + (column.tight === true ? ' ' : '  ');
      })
      .join('')
      .trimEnd();
  const head = line((column) => column.title);
  const body = rows.map((_, index) => line((column) => column.cells[index] ?? ''));
  return head === '' ? body : [title(head), ...body];
}
