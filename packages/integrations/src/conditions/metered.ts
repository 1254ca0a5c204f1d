import type { ConditionKind } from '@umbracore/contracts';
import { condition, refusal } from './condition.ts';
import type { Machine } from './machine.ts';
import { meteredState } from './network-manager.ts';

/** `metered: false`: the connection does not cost by volume, as far as anybody knows. */
export function meteredCondition(machine: Machine): ConditionKind {
  return condition(machine.clock, {
    kind: 'metered',
    deadlineMs: 5000,
    parse(options) {
      if (options === false) return;
      const hint = 'write metered: false, or leave it out to start on metered connections too';
      throw refusal('metered', 'can only be false', hint);
    },
    async look(_, signal) {
      const state = await meteredState(machine, signal);
      if (state === undefined) return { met: true, text: 'not known to be metered: NetworkManager does not tell' };
      const { metered, guessed } = state;
      return {
        met: !metered,
        text: `${guessed ? 'probably ' : ''}${metered ? 'on a metered connection' : 'not metered'}`,
      };
    },
  });
}
