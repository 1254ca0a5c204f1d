import type { EventDocument } from '@umbracore/runtime/documents';
import type { Channel } from '../output/channel.ts';
import type { Session } from '../session.ts';
import { barView } from './bar-view.ts';
import { plainView } from './plain-view.ts';

/** Shows what a run does while it does it. Never throws. */
export interface ProgressView {
  /** `named`: a line about it has to say whose it is. */
  show(event: EventDocument, named?: boolean): void;
  /** Leaves the terminal as it should be after the last event. */
  close(): void;
}

export const silentView: ProgressView = { show() {}, close() {} };

/** The form that was asked for, else the one that fits: a bar on a terminal, sparse lines off it, JSON under `--json`. */
export function progressView(session: Session): ProgressView {
  const { progress } = session.globals;
  if (session.json) return progress === 'none' ? jsonView(session.stdout, true) : jsonView(session.stdout, false);
  if (session.verbosity < 0 || progress === 'none') return silentView;
  if (progress === 'json') return jsonView(session.stderr, false);
  const animated = session.stderr.isTerminal && session.env['TERM'] !== 'dumb' && session.globals.plain !== true;
  if (progress === 'bar' || (progress === 'auto' && animated)) return barView(session);
  return plainView(session);
}

/** Each event as a line; progress only as far as somebody reads it. */
export function jsonView(channel: Channel, withoutProgress: boolean): ProgressView {
  return {
    show(event) {
      if (event.type !== 'run.progress') channel.line(JSON.stringify(event));
      else if (!withoutProgress) channel.offer(JSON.stringify(event));
    },
    close() {},
  };
}
