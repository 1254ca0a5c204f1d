import type { RunId } from '@umbracore/contracts';
import type { EventDocumentOf } from '@umbracore/runtime/documents';
import { plainStyle } from '../output/colour.ts';
import type { Channel } from '../output/channel.ts';
import { printable } from '../output/printable.ts';
import type { Signs } from '../output/signs.ts';
import { displayWidth, padEnd, shortenEnd, shortenStart } from '../output/width.ts';
import type { Session } from '../session.ts';
import { barLine } from './bar-line.ts';
import { eventSentence, titleOf } from './sentences.ts';
import type { ProgressView } from './view.ts';

const redrawEveryMs = 100;
const fileIndent = ' '.repeat(14);
/** Of several runs so many are shown, with so much of their names. */
const mostLines = 8;
const mostTitle = 30;
const leastTitle = 8;
/** What a bar should have on a narrow terminal. */
const barRoom = 45;

type ProgressEvent = EventDocumentOf<'run.progress'>;

export interface Shown {
  readonly progress: ProgressEvent;
  /** Empty if it is clear whose it is. */
  readonly title: string;
  readonly isPaused?: boolean;
}

/** Lines at the bottom of a terminal that are drawn over, other lines above them. */
export function barView(session: Session): ProgressView {
  const { stderr, signs, env } = session;
  const marker = hasProgressMarker(env);
  /** What is under way and has something to show. */
  const latest = new Map<RunId, Shown>();
  const paused = new Set<RunId>();
  let drawnAt = -Infinity;

  const draw = (): void => {
    drawnAt = performance.now();
    if (latest.size > 0) stderr.draw(liveLines(session, [...latest.values()]));
  };

  const note = (progress: ProgressEvent, named: boolean): void => {
    const title = named ? titleOf(progress, signs, plainStyle) : '';
    latest.set(progress.run, { progress, title, isPaused: paused.has(progress.run) });
    if (performance.now() - drawnAt < redrawEveryMs) return;
    if (marker) stderr.write(markerOf(latest.size > 1 ? null : progress.percentage));
    draw();
  };

  const throttled = ({ run, limits }: EventDocumentOf<'run.throttled'>): void => {
    if (limits.paused) paused.add(run);
    else paused.delete(run);
    const shown = latest.get(run);
    if (shown !== undefined) latest.set(run, { ...shown, isPaused: limits.paused });
  };

  const forget = (run: RunId): void => {
    latest.delete(run);
    paused.delete(run);
  };

  return {
    show(event, named = false) {
      if (event.type === 'run.progress') return note(event, named);
      if (event.type === 'run.throttled') throttled(event);
      // Every attempt begins anew.
      if (event.type === 'run.started' || event.type === 'run.retrying') forget(event.run);
      if (event.type === 'run.finished') {
        forget(event.run);
        return stderr.erase();
      }
      const sentence = eventSentence(event, session, named);
      if (sentence === undefined) return;
      stderr.line(sentence);
      // Who stands still tells nothing after which it would be drawn again.
      draw();
    },
    close() {
      stderr.erase();
      if (marker) stderr.write('\u001b]9;4;0;0\u0007');
    },
  };
}

/** A bar for each, behind the name of its job where it needs one; of a single one also the file at which it is. */
export function liveLines(
  { stderr, signs }: { readonly stderr: Pick<Channel, 'columns' | 'style'>; readonly signs: Signs },
  all: readonly Shown[],
): readonly string[] {
  // Never as wide as the terminal: a full line would wrap, and could not be drawn over. A `^C` has room behind it.
  const width = stderr.columns - 3;
  const room = Math.max(leastTitle, Math.min(mostTitle, width - barRoom));
  const titles = all.map(({ title }) => (title === '' ? '' : `  ${shortenEnd(title, room, signs.ellipsis)}`));
  const titleWidth = Math.max(...titles.map(displayWidth));
  const bars = all.map(({ progress, isPaused }, index) => {
    const title = padEnd(titles[index] ?? '', titleWidth);
    return shortenEnd(
      title + barLine({ ...progress, isPaused }, width - titleWidth, signs, stderr.style),
      width,
      signs.ellipsis,
    );
  });
  const [only, ...others] = all;
  const file = others.length > 0 ? undefined : only?.progress.currentFiles[0];
  if (file !== undefined) {
    const name = shortenStart(printable(file), width - fileIndent.length, signs.ellipsis);
    return [...bars, stderr.style.dim(fileIndent + name)];
  }
  const hidden = bars.length - mostLines;
  return hidden > 0 ? [...bars.slice(0, mostLines), stderr.style.dim(`  and ${hidden} more`)] : bars;
}

/** Terminals that show progress in their tab or task bar (OSC 9;4); others might print the sequence as text. */
const hasProgressMarker = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['WT_SESSION'] !== undefined ||
  env['ConEmuANSI'] === 'ON' ||
  ['ghostty', 'WezTerm'].includes(env['TERM_PROGRAM'] ?? '');

const markerOf = (percentage: number | null): string =>
  percentage === null ? '\u001b]9;4;3;0\u0007' : `\u001b]9;4;1;${Math.floor(percentage)}\u0007`;
