// A door of its own: the bundle of what only reads holds nothing that runs jobs.
export { openHistory } from '@umbracore/runtime/history';
