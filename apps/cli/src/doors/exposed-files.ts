// Named, so that the bundle of a command holds only what these names need.
export { configurationFiles, exposedFiles, exposedText } from '@umbracore/runtime/history';
