import type { ConditionKind } from '@umbracore/contracts';
import { condition, refusal } from './condition.ts';
import type { Machine } from './machine.ts';
import { charge, powerSupplies } from './power-supply.ts';

/** `power: ac` or `power: battery`: what the machine runs on. */
export function powerCondition(machine: Machine): ConditionKind {
  return condition(machine.clock, {
    kind: 'power',
    deadlineMs: 5000,
    parse(options) {
      if (options === 'ac' || options === 'battery') return options;
      throw refusal('power', 'is neither ac nor battery', 'write power: ac');
    },
    async look(wanted) {
      const supplies = await powerSupplies(machine);
      const level = charge(supplies);
      const seen = supplies.onMains ? 'ac' : 'battery';
      return { met: seen === wanted, text: `on ${supplies.onMains ? mainsWith(level) : batteryAt(level)}` };
    },
  });
}

const mainsWith = (level: number | undefined): string =>
  level === undefined ? 'AC power' : `AC power, battery at ${level} %`;

const batteryAt = (level: number | undefined): string => (level === undefined ? 'battery' : `battery, ${level} %`);
