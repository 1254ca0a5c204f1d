export { helperUnits, isOurs, unitPlans } from '@umbracore/daemon/units';
export type { HelperSpec, UnitFile, UnitFormat, UnitMade, UnitPlan, UnitRole, UnitSpec } from '@umbracore/daemon/units';
