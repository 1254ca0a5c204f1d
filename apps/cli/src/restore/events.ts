import type { EventStream } from '@umbracore/contracts';
import { eventDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';

/** What is planned beside its type. */
interface PlannedEvent extends Readonly<Record<string, unknown>> {
  readonly type: `restore.${string}`;
}

/** A line of `umbra.event/1`, under `--json` only. */
export function sayEvent(session: Session, event: PlannedEvent): void {
  if (session.json) session.stdout.line(JSON.stringify({ schema: 'umbra.event/1', ...event }));
}

/** Says under `--json` all that is told of a restore, until disposed. Progress is left out where nobody keeps up with it. */
export function sayEvents(session: Session, events: EventStream, restore: string): Disposable {
  return events.onAny((event) => {
    if (!session.json || !('restore' in event) || event.restore !== restore) return;
    const line = JSON.stringify(eventDocument(event));
    if (event.type !== 'restore.progress') session.stdout.line(line);
    else if (session.globals.progress !== 'none') session.stdout.offer(line);
  });
}
