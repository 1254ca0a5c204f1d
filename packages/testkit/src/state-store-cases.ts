import { accountingCases } from './state-store-cases/accounting.ts';
import { historyCases } from './state-store-cases/history.ts';
import { leaseCases } from './state-store-cases/leases.ts';
import { outboxCases } from './state-store-cases/outbox.ts';
import { queueCases } from './state-store-cases/queue.ts';
import type { StateStoreCase } from './state-store-subject.ts';

/** What every `StateStore` must do. Each case gets a store of its own that is empty. */
export const stateStoreCases: readonly StateStoreCase[] = [
  ...queueCases,
  ...leaseCases,
  ...historyCases,
  ...accountingCases,
  ...outboxCases,
];
