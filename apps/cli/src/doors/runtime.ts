// Named, so that the bundle of a command holds only what these names need.
export { checkConfiguration, compose, configurationWarnings, drillFor, runInTurn } from '@umbracore/runtime/running';
