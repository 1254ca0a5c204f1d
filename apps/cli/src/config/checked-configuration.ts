import type { Configuration } from '@umbracore/contracts';
import type { Session } from '../session.ts';

/**
 * The configuration, once everything is checked that a run would refuse: conditions, hooks and whatever else plug-ins have a say in. For
 * what runs nothing itself, and is of no use where nothing could run.
 */
export async function checkedConfiguration(session: Session): Promise<Configuration> {
  const { checkConfiguration } = await import('../doors/runtime.ts');
  return await checkConfiguration(session.place(), (fault) => {
    if (!session.json) session.problem(fault);
  });
}
