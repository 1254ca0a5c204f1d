// A door of its own: the bundle of what only reads holds nothing that runs jobs.
export {
  chainAsDot,
  chainAsMermaid,
  chainAsText,
  chainSteps,
  chosenJobs,
  daemonHealth,
  forecast,
  graphOf,
  openHistory,
  stagesOf,
  quotasOf,
  statusOf,
  waitedMs,
  withMaxAge,
} from '@umbracore/runtime/history';
