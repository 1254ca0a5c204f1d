import { posix } from 'node:path';
import type { SnapshotEntry } from '@umbracore/contracts';
import type { Style } from '../output/colour.ts';
import { printable } from '../output/printable.ts';
import type { Signs } from '../output/signs.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import { padEnd, shortenEnd, shortenStart } from '../output/width.ts';
import type { Browser } from './browser.ts';

export interface Canvas {
  readonly title: string;
  readonly rows: number;
  readonly columns: number;
  readonly style: Style;
  readonly signs: Signs;
  readonly now: number;
}

const help = 'arrows move and open, space mark, / filter, v versions, q leave';

/** Lines around the list: title, place, and help. */
const frame = 3;

export const pageOf = ({ rows }: Pick<Canvas, 'rows'>): number => Math.max(1, rows - frame - 1);

/** What the terminal shows, line by line. */
export function pictureOf(browser: Browser, canvas: Canvas): readonly string[] {
  const { style, columns, signs } = canvas;
  const { shown, at } = browser;
  const page = pageOf(canvas);
  const note = browser.note?.slice(0, page).map((line) => shortenEnd(printable(line), columns, signs.ellipsis));
  const first = Math.max(0, Math.min(at - Math.floor(page / 2), shown.length - page));
  const lines = shown
    .slice(first, first + page)
    .map((entry, index) => lineOf(browser, entry, first + index === at, canvas));
  const empty = browser.filter === undefined ? 'This folder is empty.' : 'Nothing fits.';
  return [
    style.bold(shortenEnd(canvas.title, columns, signs.ellipsis)),
    placeLine(browser, canvas),
    ...(note !== undefined ? note : lines.length === 0 ? [style.dim(`  ${empty}`)] : lines),
    style.dim(shortenEnd(help, columns, signs.ellipsis)),
  ];
}

function placeLine({ folder, filter, isTyping, marked }: Browser, { columns, style, signs }: Canvas): string {
  const bytes = marked.reduce((sum, { size }) => sum + size, 0);
  const chosen = marked.length === 0 ? '' : `  ${formatCount(marked.length)} marked, ${formatSize(bytes)}`;
  const wanted = filter === undefined ? '' : `  /${printable(filter)}${isTyping ? '_' : ''}`;
  const room = Math.max(10, columns - chosen.length - wanted.length);
  return shortenStart(printable(folder), room, signs.ellipsis) + style.yellow(wanted) + style.green(chosen);
}

function lineOf(browser: Browser, entry: SnapshotEntry, isHere: boolean, canvas: Canvas): string {
  const { columns, signs, style, now } = canvas;
  const isFolder = entry.type === 'dir';
  const size = entry.type === 'file' ? formatSize(entry.size) : '';
  const facts = `${size.padStart(10)}  ${calendarTime(entry.modifiedAt, now)}`;
  const mark = browser.isMarked(entry) ? '[x]' : '[ ]';
  const room = Math.max(10, columns - facts.length - 9);
  const name = printable(posix.basename(entry.path)) + (isFolder ? '/' : '');
  const shown = padEnd(shortenEnd(name, room, signs.ellipsis), room);
  const text = `${isHere ? signs.step : ' '} ${mark} ${isFolder ? style.cyan(shown) : shown} ${facts}`;
  return isHere ? style.bold(text) : text;
}
