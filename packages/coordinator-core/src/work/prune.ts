import { UmbraError } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { repositoryOf } from '../narrow-plan.ts';
import { goodEnd } from '../run-state.ts';
import { knownDamage } from './known-damage.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** Frees what no snapshot needs. */
export const pruneWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'prune', async (backend) => {
    const damage = await knownDamage(attempt.ports, repositoryOf(attempt.plan), backend.supports);
    if (damage !== undefined) {
      throw new UmbraError('repository.damaged', `Nothing was pruned: ${damage.what}`, { hint: damage.hint });
    }
    if (attempt.plan.options.dryRun === true) {
      // How much that is only a prune finds out.
      attempt.note('Would free what no snapshot needs');
      return goodEnd({ kind: 'prune' });
    }
    await runEngine(attempt, { kind: 'prune' }, (operation) => backend.prune(operation));
    return goodEnd({ kind: 'prune' });
  });
