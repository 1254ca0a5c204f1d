// Named, so that the bundle of a command holds only what these names need.
export { gatherKit, kitDocument, kitText } from '@umbracore/runtime';
