import type { ConditionKind } from '@umbracore/contracts';
import { condition, refusal } from './condition.ts';
import type { Machine } from './machine.ts';
import { charge, powerSupplies } from './power-supply.ts';

/** `minBattery: 40`: the battery, if there is one, has at least so many percent, whether it is being charged or not. */
export function minBatteryCondition(machine: Machine): ConditionKind {
  return condition(machine.clock, {
    kind: 'minBattery',
    deadlineMs: 5000,
    parse: percentOf,
    async look(wanted) {
      const supplies = await powerSupplies(machine);
      if (supplies.batteries.length === 0) return { met: true, text: 'no battery' };
      const level = charge(supplies);
      if (level === undefined) return { met: false, text: 'the battery does not tell its charge' };
      const met = level >= wanted;
      return { met, text: `battery at ${level} %${met ? '' : `, ${wanted} % wanted`}` };
    },
  });
}

/** A number, or a text such as `40%`. */
function percentOf(options: unknown): number {
  const text = typeof options === 'string' ? options.replace(/\s?%$/u, '') : options;
  const value = typeof text === 'string' && /^\d{1,3}$/u.test(text) ? Number(text) : text;
  if (typeof value === 'number' && value > 0 && value <= 100) return value;
  throw refusal('minBattery', 'is no percentage from 1 to 100', 'write minBattery: 40');
}
