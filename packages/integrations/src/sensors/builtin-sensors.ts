import type { Sensor } from '@umbracore/contracts';
import type { Machine } from '../conditions/machine.ts';
import { latencyAboveSensor } from './latency-above.ts';
import { loadAboveSensor } from './load-above.ts';
import { meteredSensor } from './metered.ts';
import { batteryBelowSensor, powerSensor } from './power.ts';
import { pressureSensor } from './pressure.ts';
import { temperatureAboveSensor } from './temperature-above.ts';
import { betweenSensor, daysSensor } from './time-of-week.ts';
import { userActiveSensor } from './user-active.ts';

/** Every sensor that comes with UmbraCore. */
export const builtinSensors = (machine: Machine): readonly Sensor[] => [
  betweenSensor(machine.clock),
  daysSensor(machine.clock),
  powerSensor(machine),
  batteryBelowSensor(machine),
  meteredSensor(machine),
  userActiveSensor(machine),
  loadAboveSensor(machine),
  pressureSensor(machine, 'cpu'),
  pressureSensor(machine, 'memory'),
  pressureSensor(machine, 'io'),
  temperatureAboveSensor(machine),
  latencyAboveSensor(machine),
];
