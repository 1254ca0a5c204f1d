import type { BackendRegistry, Repositories } from './repositories.ts';
import type { BackendHost, BackendWrapper } from './backend.ts';
import type { Calendar, Timetables } from './schedule.ts';
import type { Conditions } from './condition.ts';
import type { Clock } from './time.ts';
import type { DamageBook } from './damage.ts';
import type { EngineProcesses, ProcessTable } from './processes.ts';
import type { EventStream } from './events.ts';
import type { Hooks } from './hook.ts';
import type { Log } from './log.ts';
import type { PrivilegedBridge } from './privileged.ts';
import type { SecretResolver } from './secret.ts';
import type { Sensors } from './throttle.ts';
import type { StateStore } from './state-store.ts';

/**
 * A name under which a container keeps a `T`. At run time it is a symbol, equal across copies of this package; the type
 * is that of an abstract class, so that containers infer `T` from it.
 */
export type Token<T> = abstract new () => T;

export function token<T>(name: string): Token<T> {
  return Symbol.for(`@umbracore/${name}`) as unknown as Token<T>;
}

/** Every dependency that packages hand to each other, by the name of its interface. */
export const TOKENS = {
  BackendHost: token<BackendHost>('BackendHost'),
  BackendRegistry: token<BackendRegistry>('BackendRegistry'),
  BackendWrappers: token<readonly BackendWrapper[]>('BackendWrappers'),
  Calendar: token<Calendar>('Calendar'),
  Clock: token<Clock>('Clock'),
  Conditions: token<Conditions>('Conditions'),
  DamageBook: token<DamageBook>('DamageBook'),
  EngineProcesses: token<EngineProcesses>('EngineProcesses'),
  EventStream: token<EventStream>('EventStream'),
  Hooks: token<Hooks>('Hooks'),
  Log: token<Log>('Log'),
  PrivilegedBridge: token<PrivilegedBridge>('PrivilegedBridge'),
  ProcessTable: token<ProcessTable>('ProcessTable'),
  Repositories: token<Repositories>('Repositories'),
  SecretResolver: token<SecretResolver>('SecretResolver'),
  Sensors: token<Sensors>('Sensors'),
  StateStore: token<StateStore>('StateStore'),
  Timetables: token<Timetables>('Timetables'),
} as const;
