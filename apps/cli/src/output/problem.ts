import { toUmbraError, type UmbraError } from '@umbracore/contracts';
import type { Style } from './colour.ts';
import { printable, printableLines } from './printable.ts';

/** An error under `--json`, one line. */
export function problemDocument(error: UmbraError): Record<string, unknown> {
  const { code, exitCode, message, hint } = error.toRecord();
  const internal = code === 'internal' ? { stack: stackOf(error) } : {};
  // No page of the manual belongs to a code yet; whoever reads the field today will find it there.
  const docs = null;
  return { schema: 'umbra.error/1', code, exitCode, message, hint, docs, ...problemsOf(error), ...internal };
}

/** What the configuration reader found, each with its place. */
function problemsOf({ context: { problems } }: UmbraError): { readonly problems?: readonly unknown[] } {
  return Array.isArray(problems) ? { problems } : {};
}

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
      stackOf(error),
    );
  } else if (verbose && error.cause !== undefined) {
    lines.push(style.dim(`  because: ${printableLines(toUmbraError(error.cause).message)}`));
  }
  return lines;
}

/** The text that was not understood, with a mark under the place: errors of schedules know it. */
function markedText({ context: { text, column, length } }: UmbraError, style: Style): string[] {
  if (typeof text !== 'string' || typeof column !== 'number' || typeof length !== 'number') return [];
  return [`  ${printable(text)}`, `  ${' '.repeat(column - 1)}${style.red('^'.repeat(Math.max(1, length)))}`];
}

function stackOf(error: UmbraError): string {
  const origin = error.cause instanceof Error ? error.cause : error;
  return printableLines(origin.stack ?? String(origin));
}
