import type { RunProgress, UmbraEvent } from '@umbracore/contracts';
import { printable } from '../output/printable.ts';
import { shortenStart } from '../output/width.ts';
import type { Session } from '../session.ts';
import { barLine } from './bar-line.ts';
import { eventSentence } from './sentences.ts';
import type { ProgressView } from './view.ts';

const redrawEveryMs = 100;
const clearLine = '\r\u001b[2K';
const upAndClear = '\u001b[1A\u001b[2K';

/** Two lines at the bottom of a terminal that are drawn over, other lines above them. */
export function barView(session: Session): ProgressView {
  const { stderr, signs, verbosity, env } = session;
  const marker = hasProgressMarker(env);
  let drawn = 0;
  let drawnAt = -Infinity;

  const erase = (): void => {
    if (drawn > 0) stderr.write(clearLine + upAndClear.repeat(drawn - 1));
    drawn = 0;
  };
  const draw = (progress: RunProgress): void => {
    const now = performance.now();
    if (now - drawnAt < redrawEveryMs) return;
    drawnAt = now;
    const lines = liveLines(progress);
    erase();
    if (marker) stderr.write(markerOf(progress.percentage));
    stderr.write(lines.join('\n'));
    drawn = lines.length;
  };
  const liveLines = (progress: RunProgress): string[] => {
    const width = stderr.columns - 1;
    const line = barLine(progress, width, signs, stderr.style);
    const file = progress.currentFiles[0];
    if (file === undefined) return [line];
    const indent = ' '.repeat(14);
    return [line, stderr.style.dim(indent + shortenStart(printable(file), width - indent.length, signs.ellipsis))];
  };

  return {
    show(event: UmbraEvent) {
      if (event.type === 'run.progress') return draw(event.progress);
      if (event.type === 'run.finished') return erase();
      const sentence = eventSentence(event, signs, stderr.style, verbosity);
      if (sentence === undefined) return;
      erase();
      stderr.line(sentence);
      drawnAt = -Infinity;
    },
    close() {
      erase();
      if (marker) stderr.write('\u001b]9;4;0;0\u0007');
    },
  };
}

/** Terminals that show progress in their tab or task bar (OSC 9;4); others might print the sequence as text. */
const hasProgressMarker = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['WT_SESSION'] !== undefined ||
  env['ConEmuANSI'] === 'ON' ||
  ['ghostty', 'WezTerm'].includes(env['TERM_PROGRAM'] ?? '');

const markerOf = (percentage: number | undefined): string =>
  percentage === undefined ? '\u001b]9;4;3;0\u0007' : `\u001b]9;4;1;${Math.floor(percentage)}\u0007`;
