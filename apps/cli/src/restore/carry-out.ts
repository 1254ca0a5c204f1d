import type { Backend } from '@umbracore/contracts';
import { restoreExitCode } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { PreparedRestore, RestoreRecord } from '@umbracore/runtime/restore';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { printable } from '../output/printable.ts';
import { calendarTime } from '../output/times.ts';
import { operationView, silentOperation } from '../progress/operation-view.ts';
import type { Session } from '../session.ts';
import { sayEvents } from './events.ts';

/** Does what was agreed to. */
export async function carryOut(session: Session, backend: Backend, prepared: PreparedRestore): Promise<number> {
  const { restores } = await session.runtime();
  const record = restores.begin(prepared);
  return work(session, backend, record, `restoring ${prepared.request.snapshot.shortId}`);
}

/** Goes on with what was agreed to before. */
export async function carryOn(session: Session, text: string, backend?: Backend): Promise<number> {
  const { restores, configuration, repositories } = await session.runtime();
  const record = restores.find(text);
  const { signal } = session.interrupt;
  const reached = backend ?? (await repositories.backend(repositoryNamed(configuration, record.repository), signal));
  const isOpen = record.state === 'staging' || record.state === 'moving';
  return work(session, reached, record, isOpen ? `going on with ${record.id}, which was interrupted` : undefined);
}

async function work(
  session: Session,
  backend: Backend,
  record: RestoreRecord,
  title: string | undefined,
): Promise<number> {
  const { restores, events } = await session.runtime();
  const { id } = record;
  using _events = sayEvents(session, events, id);
  const view = title === undefined ? silentOperation : operationView(session, title);
  let done: RestoreRecord;
  try {
    done = await restores.carryOut(id, backend, {
      signal: session.interrupt.signal,
      report: (progress) => view.show(progress),
    });
  } catch (error) {
    const { state } = restores.get(id);
    const other = state === 'moving' ? `take it back: umbra restore --undo ${id}` : `give it up: --discard ${id}`;
    if (state === 'staging' || state === 'moving')
      session.notice(`The restore ${id} is not at its end. Go on: umbra restore --resume ${id}   ${other}`);
    throw error;
  } finally {
    view.close();
  }
  tellOutcome(session, done);
  return restoreExitCode(done);
}

function tellOutcome(session: Session, record: RestoreRecord): void {
  const { outcome, target, verify, keepUntil, id } = record;
  if (outcome === null) return;
  const { counts, bytes, failed, failedCount } = outcome;
  if (failedCount === 0 && session.verbosity < 0) return;
  const { style } = session.stdout;
  const kept = counts.keep + counts.unchanged;
  const skipped = kept === 0 ? '' : `, ${kept} left as they are`;
  const compared = verify ? ', compared after writing: identical' : '';
  const sign = failedCount > 0 ? style.yellow(session.signs.attention) : style.green(session.signs.good);
  const written = formatQuantity(counts.create + counts.replace + counts.beside, 'file');
  const removed = counts.remove === 0 ? '' : `, ${counts.remove} removed`;
  session.say(
    `${sign} restored ${written}, ${formatSize(bytes)}${removed}${skipped}${failedCount > 0 ? '' : compared}`,
  );
  if (target !== null) session.say(`  in ${printable(target)}`);
  for (const { path, reason } of failed.slice(0, 20))
    session.say(`  ${style.red(printable(path))}  ${printable(reason)}`);
  if (failedCount > 0) session.say(`  ${formatQuantity(failedCount, 'item')} could not be restored`);
  if (keepUntil !== null)
    session.say(`  undo: umbra restore --undo ${id}   until ${calendarTime(keepUntil, session.now())}`);
}
