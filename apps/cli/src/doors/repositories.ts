// Named, so that the bundle of a command holds only what these names need.
export {
  adoptRepository,
  checkLacking,
  countedProgress,
  createRepository,
  gatherFigures,
  mendRepository,
  removeDeadLocks,
  verifyRepository,
} from '@umbracore/runtime';
