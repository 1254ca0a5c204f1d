import type { Log, StateStore } from '@umbracore/contracts';
import { Alarms } from './alarms.ts';
import { Journal } from './journal.ts';
import { memoryLedger } from './memory-ledger.ts';

export interface MemoryStateStoreOptions {
  readonly log?: Log | undefined;
}

/** A store that forgets everything when the process ends; `health.mode` is `volatile`. */
export function memoryStateStore({ log }: MemoryStateStoreOptions = {}): StateStore {
  return new Journal({ ledger: memoryLedger(), alarms: new Alarms(log), mode: 'volatile' });
}
