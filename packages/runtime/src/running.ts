// A door of its own: what runs jobs, without what reads and explains configurations.
export { checkConfiguration } from './check-configuration.ts';
export { configurationWarnings, type ConfigurationWarning } from './configuration-warnings.ts';
export { compose, type Runtime } from './compose.ts';
export type { ComposeOptions } from './compose-options.ts';
export { drillFor, type WantedDrill } from './requests/choose-drill.ts';
export { runInTurn, type TurnListener, type TurnRequest } from './requests/run-in-turn.ts';
