import { launchdUnits } from './launchd.ts';
import { openrcUnits } from './openrc.ts';
import { systemdUnits } from './systemd.ts';
import { taskSchedulerUnits } from './task-scheduler.ts';
import type { UnitPlan, UnitSpec } from './unit-files.ts';

export { helperUnits, type HelperSpec } from './helper.ts';
export {
  isOurs,
  unitMark,
  type UnitFile,
  type UnitMade,
  type UnitPlan,
  type UnitRole,
  type UnitSpec,
} from './unit-files.ts';

export type UnitFormat = 'systemd' | 'launchd' | 'task-scheduler' | 'openrc';

/** What makes each kind of system start UmbraCore by itself. */
export const unitPlans: Readonly<Record<UnitFormat, (spec: UnitSpec) => UnitPlan>> = {
  systemd: systemdUnits,
  launchd: launchdUnits,
  'task-scheduler': taskSchedulerUnits,
  openrc: openrcUnits,
};
