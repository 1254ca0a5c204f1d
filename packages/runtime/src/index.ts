export { checkConfiguration } from './check-configuration.ts';
export type { Catalogs, CatalogState } from './catalogs.ts';
export type { Catalog, CatalogHit, CatalogDifference, CatchUp, CatchUpProgress, FolderTotal } from '@umbracore/catalog';
export { compose, type Runtime } from './compose.ts';
export type { ComposeOptions } from './compose-options.ts';
export * from './history.ts';
export { checkSecrets, secretsIn } from './secrets/check-secrets.ts';
export { listSecrets } from './secrets/list-secrets.ts';
export { runInTurn, type TurnListener, type TurnRequest } from './requests/run-in-turn.ts';
export { openRuntime } from './open-runtime.ts';
export { proposedConfiguration, readConfiguration } from './read-configuration.ts';
export { runtimePaths, type PathOptions, type RuntimePaths } from './paths.ts';
export { createEventStream } from './event-stream.ts';
export { operatorLog, type OperatorLogOptions } from './operator-log.ts';
export { claimFolder } from './own-folder.ts';
export * from './doctor/index.ts';
export * from './kit/index.ts';
export * from './passwords/index.ts';
export * from './restore.ts';
export * from './repositories/index.ts';
export { kitDocument } from './documents/kit-document.ts';
export { conditionsOf } from './conditions.ts';
export { hooksOf } from './hooks.ts';
export { sensorsOf } from './sensors.ts';
export { systemClock } from './system-clock.ts';
export type { ChosenPlugin, PluginFacts } from './plugins/chosen-plugin.ts';
export { isPluginPath, placedPlugin, pluginAt, pluginNamed, type PlacedPlugin } from './plugins/find.ts';
export { listPlugins, type ListedPlugin } from './plugins/list.ts';
export { trialsOf } from './plugins/try-out.ts';
export { preparePlugins } from './plugins/prepare.ts';
export { usualTools } from './plugins/tools.ts';
export { loadPlugins } from './plugins/load.ts';
export { registerPlugins, type Extensions } from './plugins/register.ts';

export * from '@umbracore/config';
export * from '@umbracore/coordinator-core';
export {
  builtinIntegrations,
  fileSecrets,
  generatePassword,
  SecretStore,
  secretStoreIn,
  writeSecretFile,
} from '@umbracore/integrations';
export { calendar } from '@umbracore/scheduler';
export { systemProcessTable } from '@umbracore/engine-process';
export { policyOf, type ProposedBy, type ProposedPolicy } from './privileged/policy-of.ts';
export { defaultPolicyFile, defaultSocketDir, proofDirIn, socketIn } from '@umbracore/xpc-bridge/light';
