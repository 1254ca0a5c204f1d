import type { History } from '@umbracore/runtime';
import type { Session } from '../session.ts';

/** The history, once everything is checked that a run would refuse: what could never start has no forecast. */
export async function checkedHistory(session: Session): Promise<History> {
  const history = await session.history();
  const { checkConfiguration } = await import('../doors/runtime.ts');
  await checkConfiguration(session.place(), (fault) => {
    if (!session.json) session.problem(fault);
  });
  return history;
}
