import type { ConditionKind } from '@umbracore/contracts';
import { condition, quoted, textsOf } from './condition.ts';
import type { Machine } from './machine.ts';
import { connectionNames } from './network-manager.ts';

/** `network: home`, or a list: one of these connections, wireless networks or interfaces is in use. */
export function networkCondition(machine: Machine): ConditionKind {
  return condition(machine.clock, {
    kind: 'network',
    deadlineMs: 5000,
    parse: (options) => textsOf('network', options, 'write the name of a network, or a list of names'),
    async look(wanted, signal) {
      const names = [...new Set([...(await connectionNames(machine, signal)), ...machine.interfaces()])];
      const used = names.filter((name) => wanted.includes(name));
      if (used.length > 0) return { met: true, text: `connected to ${quoted(used)}` };
      const seen = names.length === 0 ? 'connected to nothing' : `connected to ${quoted(names)}`;
      return { met: false, text: `${seen}, not to ${quoted(wanted)}` };
    },
  });
}
