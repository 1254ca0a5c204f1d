import type { Conditions, Hooks, Notifiers, Sensors } from '@umbracore/contracts';
import { notifiersOf } from '@umbracore/notifications';
import { conditionsOf } from './conditions.ts';
import { hooksOf } from './hooks.ts';
import type { Extensions } from './plugins/register.ts';
import { sensorsOf } from './sensors.ts';
import { systemClock } from './system-clock.ts';

/** What plug-ins brought and the configuration names, ready to be asked. */
export interface Asked {
  readonly conditions: Conditions;
  readonly notifiers: Notifiers;
  readonly sensors: Sensors;
  readonly hooks: Hooks;
}

export const judgesOf = ({ conditions, notifiers, secrets, sensors, hooks }: Extensions): Asked => ({
  conditions: conditionsOf(conditions, systemClock),
  notifiers: notifiersOf(notifiers, secrets),
  sensors: sensorsOf(sensors, systemClock),
  hooks: hooksOf(hooks),
});
