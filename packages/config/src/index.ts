export { defineConfig, type DefinedConfiguration } from './define-config.ts';
export { discoverConfiguration, type DiscoverOptions, type Discovery } from './discover.ts';
export { addJob, jobLines, removeJob, type NewJob } from './edit.ts';
export { editConfigurationFile } from './edit-file.ts';
export { explainConfiguration, type ExplainedValue, type ExplainOptions } from './explain.ts';
export { configurationJsonSchema } from './json-schema.ts';
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
export { starterConfiguration, type StarterOptions } from './starter.ts';
export { systemTimezone } from './system-timezone.ts';
export { formatDuration, formatRate, formatSize, parseDuration, parseRate, parseSize } from './units.ts';
export { emptyConfiguration } from './empty-configuration.ts';
