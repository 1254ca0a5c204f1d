import { helperLaunchd } from './helper-launchd.ts';
import { helperSystemd } from './helper-systemd.ts';
import type { HelperSpec } from './helper-spec.ts';
import type { UnitPlan } from './unit-files.ts';

export type { HelperSpec } from './helper-spec.ts';

/** What lets each kind of system start the privileged program when somebody connects. */
export const helperUnits: Readonly<Record<'systemd' | 'launchd', (spec: HelperSpec) => UnitPlan>> = {
  systemd: helperSystemd,
  launchd: helperLaunchd,
};
