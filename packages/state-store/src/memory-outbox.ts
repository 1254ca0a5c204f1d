import type { DeliveryRow, OutboxRows, SubjectRow } from './outbox-rows.ts';
import type { RunRow } from './run-row.ts';

export interface MemoryOutbox {
  readonly deliveries: Map<string, DeliveryRow>;
  readonly subjects: Map<string, SubjectRow>;
  place: number | undefined;
}

export const emptyOutbox = (): MemoryOutbox => ({ deliveries: new Map(), subjects: new Map(), place: undefined });

/** The rows of the outbox, in maps. */
export function memoryOutboxRows(outbox: MemoryOutbox, runs: ReadonlyMap<string, RunRow>): OutboxRows {
  const { deliveries, subjects } = outbox;
  const all = () => [...deliveries.values()];
  return {
    place: async () => outbox.place,
    ended: async (place, limit) =>
      [...runs.values()]
        .filter(({ seal }) => (seal ?? 0) > place)
        .toSorted((one, other) => (one.seal ?? 0) - (other.seal ?? 0))
        .slice(0, limit),
    standing: async () => [...subjects.values()].filter(({ standing }) => standing === 1),
    waiting: async () =>
      all()
        .filter(({ state }) => state === 'waiting')
        .toSorted((one, other) => one.due_at - other.due_at || one.created_at - other.created_at),
    newest: async (states, limit) =>
      all()
        .filter(({ state }) => states?.includes(state) ?? true)
        .toSorted((one, other) => other.created_at - one.created_at)
        .slice(0, limit),
    countFailed: async (since) =>
      all().filter(({ state, settled_at }) => state === 'failed' && (settled_at ?? 0) >= since).length,
    setPlace: async (place) => void (outbox.place = place),
    subject: async (subject) => subjects.get(subject),
    setSubject: async (row) => void subjects.set(row.subject, row),
    dropSubjects: async () => subjects.clear(),
    async add(row) {
      if (deliveries.has(row.id)) return false;
      deliveries.set(row.id, row);
      return true;
    },
    async change(id, columns) {
      const row = deliveries.get(id);
      if (row !== undefined) deliveries.set(id, { ...row, ...columns });
    },
    async drop(settledBefore) {
      for (const { id, state, settled_at } of all())
        if (state !== 'waiting' && settled_at !== null && settled_at < settledBefore) deliveries.delete(id);
    },
  };
}
