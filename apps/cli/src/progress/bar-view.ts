import type { EventDocument, ProgressDocument } from '@umbracore/runtime/documents';
import { printable } from '../output/printable.ts';
import { shortenStart } from '../output/width.ts';
import type { Session } from '../session.ts';
import { barLine } from './bar-line.ts';
import { eventSentence } from './sentences.ts';
import type { ProgressView } from './view.ts';

const redrawEveryMs = 100;
const fileIndent = ' '.repeat(14);

/** Two lines at the bottom of a terminal that are drawn over, other lines above them. */
export function barView(session: Session): ProgressView {
  const { stderr, signs, verbosity, env } = session;
  const marker = hasProgressMarker(env);
  let drawnAt = -Infinity;

  const draw = (progress: ProgressDocument): void => {
    const now = performance.now();
    if (now - drawnAt < redrawEveryMs) return;
    drawnAt = now;
    if (marker) stderr.write(markerOf(progress.percentage));
    stderr.draw(liveLines(session, progress));
  };

  return {
    show(event: EventDocument) {
      if (event.type === 'run.progress') return draw(event);
      if (event.type === 'run.finished') return stderr.erase();
      const sentence = eventSentence(event, signs, stderr.style, verbosity);
      if (sentence === undefined) return;
      stderr.line(sentence);
      drawnAt = -Infinity;
    },
    close() {
      stderr.erase();
      if (marker) stderr.write('\u001b]9;4;0;0\u0007');
    },
  };
}

/** Never as wide as the terminal: a full line would wrap, and could not be drawn over. */
function liveLines({ stderr, signs }: Session, progress: ProgressDocument): readonly string[] {
  const width = stderr.columns - 1;
  const line = barLine(progress, width, signs, stderr.style);
  const file = progress.currentFiles[0];
  if (file === undefined) return [line];
  const name = shortenStart(printable(file), width - fileIndent.length, signs.ellipsis);
  return [line, stderr.style.dim(fileIndent + name)];
}

/** Terminals that show progress in their tab or task bar (OSC 9;4); others might print the sequence as text. */
const hasProgressMarker = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['WT_SESSION'] !== undefined ||
  env['ConEmuANSI'] === 'ON' ||
  ['ghostty', 'WezTerm'].includes(env['TERM_PROGRAM'] ?? '');

const markerOf = (percentage: number | null): string =>
  percentage === null ? '\u001b]9;4;3;0\u0007' : `\u001b]9;4;1;${Math.floor(percentage)}\u0007`;
