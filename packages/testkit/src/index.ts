export * from './builders.ts';
export { FakeBackend, type FakeBackendOptions, allAbilities } from './fake-backend.ts';
export { FakeClock } from './fake-clock.ts';
export { FakeProcessTable } from './fake-process-table.ts';
export { FakeRepositories } from './fake-repositories.ts';
export type { BackendMethod, HeldCall } from './fake-script.ts';
export { type RecordingEvents, recordingEvents } from './recording-events.ts';
export { type LogLevel, type LogLine, type RecordingLog, recordingLog } from './recording-log.ts';
export { type StateStoreCase, stateStoreCases, type StateStoreSubject } from './state-store-cases.ts';
