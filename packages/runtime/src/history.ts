// A door of its own: behind it is nothing that runs jobs.
export { openHistory, type History } from './open-history.ts';
export { gatherStatus, type StatusSources } from './status/gather.ts';
export { countsAsSuccess, type JobStatus, type Standing } from './status/judge.ts';
export { jobNamed, repositoryNamed } from './status/names.ts';
export { chooseRuns, type RunSources, type WantedJobs, type WantedRun } from './requests/choose-runs.ts';
