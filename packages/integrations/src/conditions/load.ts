import { loadavg } from 'node:os';
import type { ConditionKind } from '@umbracore/contracts';
import { condition, refusal } from './condition.ts';
import { kernelText, type Machine } from './machine.ts';

/**
 * `load: 0.7`: the load of the last minute, divided by the number of processors, is below it, so that one configuration fits
 * machines of any size. 1 means that all of them are busy.
 */
export function loadCondition(machine: Machine): ConditionKind {
  return condition(machine.clock, {
    kind: 'load',
    deadlineMs: 5000,
    parse(options) {
      if (typeof options === 'number' && Number.isFinite(options) && options > 0) return options;
      throw refusal('load', 'is no number above 0', 'write load: 0.7 for 70 % of all processors');
    },
    async look(limit) {
      const load = (await loadOfLastMinute(machine)) / machine.cores;
      const met = load < limit;
      return { met, text: `load ${load.toFixed(2)} per processor${met ? '' : `, below ${limit} wanted`}` };
    },
  });
}

export async function loadOfLastMinute(machine: Machine): Promise<number> {
  const text = await kernelText(machine, '/proc/loadavg');
  // Windows keeps no load, and Node then answers 0.
  const load = text === undefined && process.platform !== 'win32' ? loadavg()[0] : Number.parseFloat(text ?? '');
  if (load === undefined || Number.isNaN(load)) throw new Error('this system does not tell its load');
  return load;
}
