import type { Sensor, SensorReading } from '@umbracore/contracts';
import { loadOfLastMinute } from '../conditions/load.ts';
import { kernelText, type Machine } from '../conditions/machine.ts';
import { percentage } from './numbers.ts';
import { above, sensor, unknown } from './sensor.ts';

type Resource = 'cpu' | 'memory' | 'io';

/**
 * `cpuPressureAbove: 20%`: in more than this share of the last ten seconds somebody had to wait for it, as the kernel counts
 * (PSI, Linux 4.20). The engine's own waiting counts too.
 */
export function pressureSensor(machine: Machine, resource: Resource): Sensor {
  const kind = `${resource}PressureAbove`;
  return sensor(machine.clock, {
    kind,
    parse: (options) => percentage(kind, options),
    async look(limit) {
      const text = await kernelText(machine, `/proc/pressure/${resource}`);
      const share = /^some avg10=(\d+(?:\.\d+)?)/mu.exec(text ?? '')?.[1];
      if (share === undefined) return await withoutPressure(machine, resource, limit);
      return above(Number(share), limit, `${resource} pressure ${Number(share).toFixed(0)} %`);
    },
  });
}

/** Of what the load goes beyond the processors, somebody waits. It says nothing about memory. */
async function withoutPressure(machine: Machine, resource: Resource, limit: number): Promise<SensorReading> {
  if (resource === 'memory') return unknown('this system does not tell its memory pressure');
  const load = (await loadOfLastMinute(machine)) / machine.cores;
  const share = load <= 1 ? 0 : (1 - 1 / load) * 100;
  return above(share, limit, `load ${load.toFixed(2)} per processor, for this system does not tell its pressure`);
}
