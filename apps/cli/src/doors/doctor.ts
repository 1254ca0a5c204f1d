// Named, so that the bundle of a command holds only what these names need.
export { examine, unusableConfiguration, withLocksRemoved } from '@umbracore/runtime';
