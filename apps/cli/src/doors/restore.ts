// Named, so that the bundle of a command holds only what these names need.
export { candidatePaths, entriesAt, planAgain } from '@umbracore/runtime/restore';
