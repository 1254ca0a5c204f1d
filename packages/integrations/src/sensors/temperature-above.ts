import { readdir } from 'node:fs/promises';
import type { Sensor } from '@umbracore/contracts';
import { kernelText, type Machine } from '../conditions/machine.ts';
import { positive } from './numbers.ts';
import { above, sensor, unknown } from './sensor.ts';

const folder = '/sys/class/thermal';

/** `temperatureAbove: 80`: the warmest part that the kernel knows of has so many degrees Celsius. */
export function temperatureAboveSensor(machine: Machine): Sensor {
  return sensor(machine.clock, {
    kind: 'temperatureAbove',
    freshMs: 5000,
    parse: (options) => positive('temperatureAbove', options, '80'),
    async look(limit) {
      const degrees = await warmest(machine);
      if (degrees === undefined) return unknown('this machine does not tell its temperature');
      // A tenth below zero would be no band at all: degrees are compared as they are felt, from 25 on.
      const room = 25;
      return above(degrees - room, Math.max(1, limit - room), `${degrees.toFixed(0)} °C`);
    },
  });
}

async function warmest(machine: Machine): Promise<number | undefined> {
  const zones = await readdir(`${machine.root}${folder}`).catch(() => []);
  const texts = await Promise.all(
    zones
      .filter((name) => name.startsWith('thermal_zone'))
      .map((zone) => kernelText(machine, `${folder}/${zone}/temp`)),
  );
  // Thousandths of a degree; a part that sleeps tells nothing or nonsense.
  const known = texts.flatMap((text) => (text !== undefined && /^\d{4,6}$/u.test(text) ? [Number(text) / 1000] : []));
  return known.length === 0 ? undefined : Math.max(...known);
}
