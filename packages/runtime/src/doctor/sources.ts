import type { Runtime } from '../compose.ts';

/** What an examination looks at. */
export type DoctorSources = Pick<
  Runtime,
  | 'configuration'
  | 'faults'
  | 'store'
  | 'paths'
  | 'clock'
  | 'processTable'
  | 'repositories'
  | 'restores'
  | 'notifications'
  | 'notifiers'
  | 'privileged'
  | 'secrets'
  | 'socketDir'
>;
