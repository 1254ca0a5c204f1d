import { forgottenAt, jobOfTags } from '@umbracore/contracts';
import type { Snapshot, TargetRetention } from '@umbracore/contracts';
import type { CoordinatorPorts } from '../ports.ts';
import { isChosen } from './forget-outlook.ts';
import { planWithoutDoubt } from './forget-plan.ts';
import { originsOf } from './snapshot-origins.ts';

/**
 * What the target would forget again at its next forget, judged as that one judges: to bring it would be to bring it anew with
 * every copy.
 */
export async function passedOver(
  { store, repositories, clock }: Pick<CoordinatorPorts, 'store' | 'repositories' | 'clock'>,
  retention: readonly TargetRetention[],
  { present, missing }: { readonly present: readonly Snapshot[]; readonly missing: readonly Snapshot[] },
): Promise<ReadonlySet<string>> {
  const stay = new Set<string>();
  const goes = new Set<string>();
  for (const { jobs, policy } of missing.length === 0 ? [] : retention) {
    const counted = [...present, ...missing].filter(
      ({ tags }) => isChosen(jobOfTags(tags), jobs) && forgottenAt(tags) === undefined,
    );
    const origins = await originsOf(store, counted);
    const plan = planWithoutDoubt(counted, origins, (some) => repositories.planForget(some, policy, clock.now()));
    for (const { snapshot, keep } of plan) (keep ? stay : goes).add(snapshot);
  }
  return new Set(missing.flatMap(({ id }) => (goes.has(id) && !stay.has(id) ? [id] : [])));
}
