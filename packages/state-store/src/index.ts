export { memoryStateStore, type MemoryStateStoreOptions } from './memory-state-store.ts';
export { openStateStore, type StateStoreOptions } from './open-state-store.ts';
