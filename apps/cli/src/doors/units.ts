export { unitMark, unitPlans } from '@umbracore/daemon/units';
export type { UnitFile, UnitFormat, UnitPlan, UnitRole, UnitSpec } from '@umbracore/daemon/units';
