import { exitCodes, restoreDocument, restoreUndoneDocument } from '@umbracore/runtime/documents';
import type { RestoreRecord } from '@umbracore/runtime/restore';
import { formatCount, formatQuantity } from '../output/sizes.ts';
import { printable } from '../output/printable.ts';
import { calendarTime, dayTime } from '../output/times.ts';
import { confirm } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

const shownAtMost = 50;

const columns = ['restore', 'began', 'snapshot', 'files', 'where', 'state'].map((title) => ({ title }));

/** The restores so far, newest first. */
export async function listRestores(session: Session): Promise<void> {
  const { restores } = await session.runtime();
  const all = restores.list().toReversed();
  if (session.json) return session.document('restores', { restores: all.map(restoreDocument) });
  if (all.length === 0) return session.say('No restores yet.');
  session.sayTable(
    columns,
    all
      .slice(0, shownAtMost)
      .map((record) => [
        record.id,
        dayTime(record.createdAt, session.now()),
        record.snapshot.slice(0, 8),
        filesOf(record),
        record.target === null ? 'in place' : printable(record.target),
        stateOf(session, record),
      ]),
  );
}

function filesOf({ outcome, planned }: RestoreRecord): string {
  const { create, replace, beside, remove } = outcome?.counts ?? planned;
  const removed = remove === 0 ? '' : ` (-${formatCount(remove)})`;
  return `${formatCount(create + replace + beside)}${removed}`;
}

function stateOf(session: Session, { id, state, keepUntil, outcome }: RestoreRecord): string {
  const failed = outcome === null || outcome.failedCount === 0 ? '' : `, ${formatCount(outcome.failedCount)} failed`;
  switch (state) {
    case 'staging':
    case 'moving':
      return `not at its end: --resume ${id}`;
    case 'finished':
      return keepUntil === null
        ? `done${failed}`
        : `done${failed}; --undo until ${calendarTime(keepUntil, session.now())}`;
    case 'undoing':
      return `taken back in part: --undo ${id}`;
    case 'undone':
      return 'taken back';
    case 'discarded':
      return 'given up';
  }
}

/** Takes a restore back. */
export async function undo(session: Session, text: string): Promise<number> {
  const { restores } = await session.runtime();
  const { id } = restores.find(text);
  const undone = await restores.undo(id);
  const document = restoreUndoneDocument(id, undone);
  if (session.json) session.document('restore-undone', document);
  const { putBack, removed, left, leftCount } = undone;
  const done = `${formatQuantity(putBack, 'file')} put back as before, ${formatCount(removed)} removed`;
  if (leftCount === 0) session.done(done);
  else session.say(`${session.stdout.style.yellow(session.signs.attention)} ${done}`);
  for (const { path, reason } of left.slice(0, 20)) session.say(`  ${printable(path)}  ${printable(reason)}`);
  if (leftCount > 0) session.say(`  ${formatQuantity(leftCount, 'item')} left as they are`);
  return document.exitCode;
}

/** Removes what is kept of a restore. */
export async function discard(session: Session, text: string): Promise<number> {
  const { restores } = await session.runtime();
  const { id, keepUntil } = restores.find(text);
  const question = `${id} cannot be taken back any more after that. Remove what it had replaced?`;
  if (keepUntil !== null && !(await confirm(session, question, false))) return exitCodes.failed;
  const record = restores.discard(id);
  if (session.json) session.document('restore', restoreDocument(record));
  session.done(`nothing more is kept of ${id}`);
  return exitCodes.done;
}
