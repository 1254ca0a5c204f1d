import { isInSightOf, type Clock, type ProcessTable, type StateStore } from '@umbracore/contracts';

/** Whether a process of another container of this host carries out a run. In doubt one does. */
export async function areOthersAtWork(
  store: Pick<StateStore, 'open'>,
  processes: Pick<ProcessTable, 'self'>,
  clock: Pick<Clock, 'now'>,
): Promise<boolean> {
  const self = processes.self();
  try {
    const open = await store.open();
    return open.some(({ lease }) => {
      if (lease === undefined || lease.until <= clock.now()) return false;
      return lease.owner.host === self.host && !isInSightOf(self, lease.owner);
    });
  } catch {
    return true;
  }
}
