// Named, so that the bundle of a command holds only what these names need.
export { checkConfiguration, compose, drillFor, runInTurn } from '@umbracore/runtime/running';
