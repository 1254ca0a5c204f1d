import type { Session } from '../session.ts';

/** What is told of a restore beside its type. */
interface RestoreEvent extends Readonly<Record<string, unknown>> {
  readonly type: `restore.${string}`;
}

/** A line of `umbra.event/1`, under `--json` only. */
export function sayEvent(session: Session, event: RestoreEvent): void {
  if (session.json) session.stdout.line(JSON.stringify({ schema: 'umbra.event/1', ...event }));
}
