import type { DurationMs, Sensor } from '@umbracore/contracts';
import { lastActivity } from '../conditions/activity.ts';
import { refusal } from '../conditions/condition.ts';
import { durationOf, durationText } from '../conditions/duration-text.ts';
import type { Machine } from '../conditions/machine.ts';
import { plain, sensor } from './sensor.ts';

const usualMs: DurationMs = 5 * 60_000;

/** `userActive: 5m`: somebody typed in a terminal within that time, or a desktop session is in use. `true` means 5 minutes. */
export function userActiveSensor(machine: Machine): Sensor {
  return sensor(machine.clock, {
    kind: 'userActive',
    freshMs: 10_000,
    parse(options) {
      if (options === true) return usualMs;
      const withinMs = durationOf(options);
      if (withinMs !== undefined && withinMs > 0) return withinMs;
      throw refusal('userActive', 'is neither true nor a length of time', 'write userActive: 5m');
    },
    async look(withinMs, _, signal) {
      const last = await lastActivity(machine, signal);
      if (last === undefined) return plain(false, 'nobody uses the machine');
      if (last === 'in-use') return plain(true, 'a desktop session is in use');
      const idleMs = machine.clock.now() - last.at;
      return plain(idleMs < withinMs, `last input ${durationText(idleMs)} ago (${last.where})`);
    },
  });
}
