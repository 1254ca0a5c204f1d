// A door of its own: where things are, and what comes first, for programs that have no time to load more.
export { configurationFile } from '@umbracore/config/memory';
export { cacheFolder, isOfKernel, runtimePaths, stateFolder, type PathOptions, type RuntimePaths } from './paths.ts';
export { keepToOurselves } from './keep-to-ourselves.ts';
export { startShim, type StartedShim } from '@umbracore/engine-process/start-shim';
