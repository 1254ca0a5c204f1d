export { discoverConfiguration, type DiscoverOptions, type Discovery } from './discover.ts';
export { loadConfiguration, type LoadOptions } from './load.ts';
export { formatProblems, type Problem } from './problem.ts';
export type {
  ConfigurationInput,
  JobFields,
  JobInput,
  ProfileInput,
  RepositoryInput,
  ScheduleInput,
} from './schema.ts';
export { parseSecretReference, type SecretReferenceText } from './secret-reference.ts';
export { formatDuration, formatRate, formatSize, parseDuration, parseRate, parseSize } from './units.ts';
