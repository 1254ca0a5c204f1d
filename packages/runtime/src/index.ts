export { checkConfiguration } from './check-configuration.ts';
export { compose, type Runtime } from './compose.ts';
export type { ComposeOptions } from './compose-options.ts';
export * from './history.ts';
export { runInTurn, type TurnListener, type TurnRequest } from './requests/run-in-turn.ts';
export { openRuntime } from './open-runtime.ts';
export { readConfiguration } from './read-configuration.ts';
export { runtimePaths, type PathOptions, type RuntimePaths } from './paths.ts';
export { createEventStream } from './event-stream.ts';
export { operatorLog, type OperatorLogOptions } from './operator-log.ts';
export { claimFolder } from './own-folder.ts';
export { systemClock } from './system-clock.ts';
export { loadPlugins, registerPlugins, type ChosenPlugin, type Extensions } from './plugin-loader.ts';

export * from '@umbracore/config';
export * from '@umbracore/coordinator-core';
export { builtinIntegrations, generatePassword, writeSecretFile } from '@umbracore/integrations';
export { calendar } from '@umbracore/scheduler';
export { systemProcessTable } from '@umbracore/engine-process';
