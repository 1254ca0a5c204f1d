export { examine, type Examination } from './examine.ts';
export { withLocksRemoved, type MendingSources } from './mend-locks.ts';
export { unusableConfiguration } from './unusable-configuration.ts';
export type { DoctorSources } from './sources.ts';
