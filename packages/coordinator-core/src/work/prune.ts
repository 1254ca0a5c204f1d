import { UmbraError } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { goodEnd } from '../run-state.ts';
import { knownDamage } from './known-damage.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** Frees what no snapshot needs. */
export const pruneWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'prune', async (backend) => {
    if (attempt.plan.options.dryRun === true) {
      throw new UmbraError('backend.unsupported', 'A prune cannot be tried without doing it', {
        hint: 'Look at the statistics of the repository instead.',
      });
    }
    const damage = await knownDamage(attempt);
    if (damage !== undefined) {
      throw new UmbraError('repository.damaged', `Nothing was pruned: ${damage.what}`, { hint: damage.hint });
    }
    await runEngine(attempt, { kind: 'prune' }, (operation) => backend.prune(operation));
    return goodEnd({ kind: 'prune' });
  });
