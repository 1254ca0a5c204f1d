import { toUmbraError, type UmbraError } from '@umbracore/contracts';
import { stackOf } from '@umbracore/runtime/documents';
import type { Style } from './colour.ts';
import { printable, printableLines } from './printable.ts';
import { displayWidth } from './width.ts';

/** An error for people. Several problems at once (a configuration) carry their own layout in the message. */
export function problemLines(error: UmbraError, style: Style, verbose: boolean): string[] {
  const [first = '', ...more] = printableLines(error.message).split('\n');
  // What comes from the configuration reader has the code and the place in its own lines already.
  const framed = first.startsWith('error[');
  const head = framed ? first.replace(/^error\[[^\]]*\]/, style.red) : `${style.red(`error[${error.code}]`)}: ${first}`;
  const lines = [head, ...more, ...(framed ? [] : markedText(error, style))];
  if (error.hint !== undefined) lines.push(`  ${style.cyan('hint')}: ${printableLines(error.hint)}`);
  if (error.code === 'internal') {
    lines.push(
      `  ${style.cyan('hint')}: This is a bug. Please report it together with the lines below.`,
      printableLines(stackOf(error)),
    );
  } else if (verbose && error.cause !== undefined) {
    lines.push(style.dim(`  because: ${printableLines(toUmbraError(error.cause).message)}`));
  }
  return lines;
}

/** The text that was not understood, with a mark under the place: errors of schedules know it. */
function markedText({ context: { text, column, length } }: UmbraError, style: Style): string[] {
  if (typeof text !== 'string' || typeof column !== 'number' || typeof length !== 'number') return [];
  const [before, marked] = [text.slice(0, column - 1), text.slice(column - 1, column - 1 + length)].map((part) =>
    displayWidth(printable(part)),
  );
  return [`  ${printable(text)}`, `  ${' '.repeat(before ?? 0)}${style.red('^'.repeat(Math.max(1, marked ?? 1)))}`];
}
