import type { ConditionKind } from '@umbracore/contracts';
import { commandCondition } from './command.ts';
import { freeSpaceCondition } from './free-space.ts';
import { idleCondition } from './idle.ts';
import { loadCondition } from './load.ts';
import type { Machine } from './machine.ts';
import { meteredCondition } from './metered.ts';
import { minBatteryCondition } from './min-battery.ts';
import { mountedCondition } from './mounted.ts';
import { networkCondition } from './network.ts';
import { powerCondition } from './power.ts';
import { reachableCondition } from './reachable.ts';

/** Every kind that comes with UmbraCore. */
export const builtinConditions = (machine: Machine): readonly ConditionKind[] => [
  powerCondition(machine),
  minBatteryCondition(machine),
  meteredCondition(machine),
  networkCondition(machine),
  reachableCondition(machine),
  mountedCondition(machine),
  freeSpaceCondition(machine),
  loadCondition(machine),
  idleCondition(machine),
  commandCondition(machine),
];
