// A door of its own: the bundle of what only reads holds nothing that runs jobs.
export { chosenJobs, daemonHealth, openHistory, statusOf, withMaxAge } from '@umbracore/runtime/history';
