import type { PreparedRestore, RestoreMode } from '@umbracore/runtime/restore';
import type { RestoreFlags } from '../commands/restore.ts';
import { planAgain } from '../doors/restore.ts';
import { formatQuantity } from '../output/sizes.ts';
import { askChoice, confirm } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

/** What the person agrees to; undefined if to nothing. A new folder needs no question. */
export async function agreedTo(
  session: Session,
  prepared: PreparedRestore,
  flags: RestoreFlags,
): Promise<PreparedRestore | undefined> {
  const { plan, obstacles, removesAtMost } = prepared;
  // It will be refused for what is in the way.
  if (session.globals.yes === true || obstacles.length > 0) return prepared;
  const { create, replace, beside, remove } = plan.counts;
  if (remove > removesAtMost) return agreedToMany(session, prepared, flags);
  if (plan.newer.length > 0 && flags.overwrite === undefined) return agreedMode(session, prepared);
  if (flags.inPlace !== true && replace + remove === 0) return prepared;
  // There is nothing to agree to.
  if (create + replace + beside + remove + plan.folders.length === 0) return prepared;
  return (await confirm(session, 'Restore as shown above?', true)) ? prepared : undefined;
}

async function agreedToMany(
  session: Session,
  prepared: PreparedRestore,
  flags: RestoreFlags,
): Promise<PreparedRestore | undefined> {
  const { remove } = prepared.plan.counts;
  const files = formatQuantity(remove, 'file');
  if (!(await confirm(session, `Remove ${files}, which is more than expected? (--max-delete)`, false)))
    return undefined;
  const { deletes } = prepared.request;
  return agreedTo(session, again(prepared, deletes && { deletes: { ...deletes, atMost: remove } }), flags);
}

async function agreedMode(session: Session, prepared: PreparedRestore): Promise<PreparedRestore | undefined> {
  const mode = await askMode(session, prepared.plan.newer.length);
  return mode === undefined || mode === prepared.request.mode ? mode && prepared : again(prepared, { mode });
}

const again = (prepared: PreparedRestore, changes: Partial<PreparedRestore['request']> = {}): PreparedRestore =>
  planAgain({ ...prepared, request: { ...prepared.request, ...changes } });

async function askMode(session: Session, count: number): Promise<RestoreMode | undefined> {
  const files = formatQuantity(count, 'file');
  const message = `${files} of yours ${count === 1 ? 'is' : 'are'} newer. What now?`;
  const choice = await askChoice(session, { message, flag: '--overwrite, -y' }, [
    { value: 'if-newer', label: 'keep mine' },
    { value: 'both', label: 'replace nothing, put what differs beside (adds .restored)' },
    { value: 'if-changed', label: 'replace mine' },
    { value: 'cancel', label: 'restore nothing' },
  ]);
  return choice === 'cancel' ? undefined : choice;
}
