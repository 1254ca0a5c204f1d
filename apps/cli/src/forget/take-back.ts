import type { Runtime, TakenBack } from '@umbracore/runtime';
import { exitCodes, forgetUndoneDocument } from '@umbracore/runtime/documents';
import type { WantedForget } from '@umbracore/runtime/history';
import { formatQuantity } from '../output/sizes.ts';
import type { Session } from '../session.ts';

/** Takes back what was marked, and says under which ids it is now. */
export async function takeAllBack(
  session: Session,
  { coordinator }: Runtime,
  wanted: readonly WantedForget[],
): Promise<number> {
  const { signal } = session.interrupt;
  const taken: TakenBack[] = [];
  for (const { job, repository, only } of wanted) {
    taken.push(await coordinator.retention.takeBack(job, repository, { only, signal }));
  }
  if (session.json) session.document('forget-undone', forgetUndoneDocument(taken));
  for (const one of taken) tell(session, one);
  return exitCodes.done;
}

function tell(session: Session, { job, repository, snapshots }: TakenBack): void {
  const where = session.stdout.style.bold(`${job} ${session.signs.arrow} ${repository}`);
  if (snapshots.size === 0) return session.say(`${where}  nothing is marked`);
  const ids = [...snapshots.values()].map((id) => id.slice(0, 8)).join(', ');
  session.done(
    `${where}  ${formatQuantity(snapshots.size, 'snapshot')} back: ${ids}`,
    '  what shall stay: umbra pin REF, or another policy',
  );
}
