// Named, so that the bundle of a command holds only what these names need.
export { adoptRepository, gatherFigures, mendRepository } from '@umbracore/runtime';
