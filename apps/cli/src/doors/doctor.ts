// Named, so that the bundle of a command holds only what these names need.
export { examine, withLocksRemoved } from '@umbracore/runtime';
