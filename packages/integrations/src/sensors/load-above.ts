import type { Sensor } from '@umbracore/contracts';
import { loadOfLastMinute } from '../conditions/load.ts';
import type { Machine } from '../conditions/machine.ts';
import { positive } from './numbers.ts';
import { above, sensor } from './sensor.ts';

/** `loadAbove: 1.5`: the load of the last minute, divided by the number of processors, as in the condition `load`. */
export function loadAboveSensor(machine: Machine): Sensor {
  return sensor(machine.clock, {
    kind: 'loadAbove',
    parse: (options) => positive('loadAbove', options, '1.5 for half more than all processors can do'),
    async look(limit) {
      const load = (await loadOfLastMinute(machine)) / machine.cores;
      return above(load, limit, `load ${load.toFixed(2)} per processor`);
    },
  });
}
