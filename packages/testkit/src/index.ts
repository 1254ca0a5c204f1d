export { aCalendar } from './a-calendar.ts';
export { aChain } from './a-chain.ts';
export * from './builders.ts';
export * from './job-builders.ts';
export { FakeBackend, type FakeBackendOptions, allAbilities } from './fake-backend.ts';
export { FakeClock } from './fake-clock.ts';
export { FakeConditions } from './fake-conditions.ts';
export { FakeHooks } from './fake-hooks.ts';
export { FakeProcessTable } from './fake-process-table.ts';
export { FakeSensors } from './fake-sensors.ts';
export { FakeRepositories } from './fake-repositories.ts';
export { fakeTimetables } from './fake-timetables.ts';
export type { BackendMethod, HeldCall } from './fake-script.ts';
export { type RecordingEvents, recordingEvents } from './recording-events.ts';
export { type LogLevel, type LogLine, type RecordingLog, recordingLog } from './recording-log.ts';
export { conditionCases, type ConditionSubject } from './condition-cases.ts';
export { stateStoreCases } from './state-store-cases.ts';
export type { StateStoreCase, StateStoreSubject } from './state-store-subject.ts';
export { backendCases } from './backend-cases.ts';
export type { BackendCase, BackendSubject } from './backend-subject.ts';
export { type CaseResult, type CaseRun, type ContractCase, runCases, whyNot } from './contract-case.ts';
export { faults, faulty, type Fault } from './faulty.ts';
export { clockCases, type ClockSubject } from './clock-cases.ts';
export { secretProviderCases, type SecretProviderSubject } from './secret-provider-cases.ts';
export {
  type FakeRestic,
  type FakeResticAnswer,
  type FakeResticCall,
  type FakeResticLine,
  installFakeRestic,
} from './fake-restic.ts';
export { type TestFunction, testPlugin, type Trial, type TrialOptions, trialsOf } from './plugins/trials.ts';
export {
  aMessage,
  channelValues,
  type ChannelSettings,
  notifierCases,
  type NotifierSubject,
} from './notifier-cases.ts';
export { hookCases, type HookSubject } from './hook-cases.ts';
export { sensorCases, type SensorTrialSubject } from './sensor-cases.ts';
