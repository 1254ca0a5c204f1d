import type { PreparedRestore, RestoreMode } from '@umbracore/runtime/restore';
import type { RestoreFlags } from '../commands/restore.ts';
import { formatQuantity } from '../output/sizes.ts';
import { askChoice, confirm } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

/** What the person agrees to; undefined if to nothing. A new folder needs no question. */
export async function agreedMode(
  session: Session,
  { plan, request, obstacles }: PreparedRestore,
  flags: RestoreFlags,
): Promise<RestoreMode | undefined> {
  // It will be refused for what is in the way.
  if (session.globals.yes === true || obstacles.length > 0) return request.mode;
  if (plan.newer.length > 0 && flags.overwrite === undefined) return askMode(session, plan.newer.length);
  const { create, replace, beside } = plan.counts;
  if (flags.inPlace !== true && replace === 0) return request.mode;
  // There is nothing to agree to.
  if (create + replace + beside + plan.folders.length === 0) return request.mode;
  return (await confirm(session, 'Restore as shown above?', true)) ? request.mode : undefined;
}

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
