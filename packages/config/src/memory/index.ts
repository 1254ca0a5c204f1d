// A door of its own: what a program needs of a configuration that it knows already, without what reads and checks one.
export { isRecalled, recall, remember, type MemoryPlace } from './memory.ts';
export { configurationFile, discoverConfiguration, type DiscoverOptions } from '../reading/discover.ts';
export { configurationFiles } from '../origin.ts';
export { emptyConfiguration } from '../empty-configuration.ts';
export { systemTimezone } from '../system-timezone.ts';
