import type { Sensor } from '@umbracore/contracts';
import type { Machine } from '../conditions/machine.ts';
import { meteredState } from '../conditions/network-manager.ts';
import { yesOrNo } from './numbers.ts';
import { plain, sensor, unknown } from './sensor.ts';

/** `metered: true`: the connection costs by volume. */
export function meteredSensor(machine: Machine): Sensor {
  return sensor(machine.clock, {
    kind: 'metered',
    freshMs: 15_000,
    parse: (options) => yesOrNo('metered', options),
    async look(wanted, _, signal) {
      const state = await meteredState(machine, signal);
      if (state === undefined) return unknown('not known to be metered: NetworkManager does not tell');
      const { metered, guessed } = state;
      return plain(
        metered === wanted,
        `${guessed ? 'probably ' : ''}${metered ? 'on a metered connection' : 'not metered'}`,
      );
    },
  });
}
