// Named, so that the bundle of a command holds only what these names need.
export { decide, settles, type OpenRun } from '@umbracore/runtime';
