import type { ConditionKind } from '@umbracore/contracts';
import { lastActivity } from './activity.ts';
import { condition, refusal } from './condition.ts';
import { durationOf, durationText } from './duration-text.ts';
import type { Machine } from './machine.ts';

/** `idle: 10m`: nobody has typed anywhere for so long, and no desktop says that it is in use. */
export function idleCondition(machine: Machine): ConditionKind {
  return condition(machine.clock, {
    kind: 'idle',
    deadlineMs: 5000,
    parse(options) {
      const wanted = durationOf(options);
      if (wanted !== undefined && wanted > 0) return wanted;
      throw refusal('idle', 'is no length of time', 'write idle: 10m');
    },
    async look(wanted, signal) {
      const last = await lastActivity(machine, signal);
      if (last === undefined) return { met: true, text: 'nobody uses the machine' };
      if (last === 'in-use') return { met: false, text: 'a desktop session is in use' };
      const idle = machine.clock.now() - last.at;
      const met = idle >= wanted;
      const text = `idle for ${durationText(idle)} (${last.where})`;
      return { met, text: met ? text : `${text}, ${durationText(wanted)} wanted` };
    },
  });
}
