import type { Pin } from '@umbracore/contracts';
import { pinResultDocument } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { PinFlags, UnpinFlags } from '../commands/pin.ts';
import { printable } from '../output/printable.ts';
import { dayTime } from '../output/times.ts';
import { findSnapshot } from '../refs/find-snapshot.ts';
import type { Session } from '../session.ts';

export const pin: Action<PinFlags> = (session, [ref = ''], { reason, repository }) =>
  change(session, ref, repository, { reason });

export const unpin: Action<UnpinFlags> = (session, [ref = ''], { repository }) =>
  change(session, ref, repository, null);

async function change(session: Session, ref: string, where: string | undefined, wanted: Pin | null): Promise<void> {
  const found = await findSnapshot(session, ref, where);
  const repository = found.repository.name;
  const { signal } = session.interrupt;
  const { coordinator } = await session.runtime();
  const result = await coordinator.retention.setPin(repository, { snapshot: found.snapshot.id, pin: wanted, signal });
  if (session.json) return session.document('pin', pinResultDocument(repository, result));
  const { style } = session.stdout;
  const { shortId, time } = result.snapshot;
  const word = wanted === null ? 'not pinned' : `pinned${wanted.reason === undefined ? '' : `: ${wanted.reason}`}`;
  const before = result.previous === result.snapshot.id ? '' : `  (was ${result.previous.slice(0, 8)})`;
  const which = `${shortId} in ${repository}, ${dayTime(time, session.now())}`;
  session.done(`${style.bold(which)}  ${printable(word)}${style.dim(before)}`);
}
