// A door of its own: where things are, for programs that have no time to load more.
export { discoverConfiguration } from '@umbracore/config';
export { runtimePaths, stateFolder, type PathOptions, type RuntimePaths } from './paths.ts';
