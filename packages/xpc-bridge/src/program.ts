export { AuditTrail, type AuditEntry } from './program/audit.ts';
export type { ProgramContext } from './program/context.ts';
export { EngineRoom } from './program/engines.ts';
export { parsePolicy, type Policy, type PolicyInput } from './program/policy.ts';
export { PolicyFile } from './program/policy-file.ts';
export { effectiveCapabilities, rightsWarnings } from './program/rights.ts';
export type { ViewOrder } from './program/volumes/view.ts';
export { serve, type Listening, type Serving } from './program/serve.ts';
