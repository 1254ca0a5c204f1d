import type { Sensor } from '@umbracore/contracts';
import { refusal } from '../conditions/condition.ts';
import type { Machine } from '../conditions/machine.ts';
import { charge, powerSupplies } from '../conditions/power-supply.ts';
import { percentage } from './numbers.ts';
import { below, plain, sensor, unknown } from './sensor.ts';

/** `power: battery`: the machine runs on it, or with `ac` on mains. */
export function powerSensor(machine: Machine): Sensor {
  return sensor(machine.clock, {
    kind: 'power',
    freshMs: 10_000,
    parse(options) {
      if (options === 'ac' || options === 'battery') return options;
      throw refusal('power', 'is neither ac nor battery', 'write power: battery');
    },
    async look(wanted) {
      const { onMains } = await powerSupplies(machine);
      return plain(onMains === (wanted === 'ac'), onMains ? 'on AC power' : 'on battery');
    },
  });
}

/** `batteryBelow: 40%`: it holds less, charging or not. Never without a battery. */
export function batteryBelowSensor(machine: Machine): Sensor {
  return sensor(machine.clock, {
    kind: 'batteryBelow',
    freshMs: 10_000,
    parse: (options) => percentage('batteryBelow', options),
    async look(limit) {
      const supplies = await powerSupplies(machine);
      if (supplies.batteries.length === 0) return plain(false, 'no battery');
      const level = charge(supplies);
      if (level === undefined) return unknown('the battery does not tell its charge');
      return below(level, limit, `battery at ${level} %`);
    },
  });
}
