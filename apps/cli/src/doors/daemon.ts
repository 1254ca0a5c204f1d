// Named, so that the bundle of a command holds only what these names need.
export { apiToken, newToken, runDaemon } from '@umbracore/daemon';
