import { isTerminal, type Instant, type JobId, type RunId, type RunQuery, type StepRecord } from '@umbracore/contracts';
import { canonicalJson } from './canonical-json.ts';
import { emptyOutbox, memoryOutboxRows, type MemoryOutbox } from './memory-outbox.ts';
import type { Age, Ledger, LedgerEntry, SlotKey } from './ledger.ts';
import { countedStates, recordOf, type RunRow } from './run-row.ts';
import { rowMentions } from './run-text.ts';
import { chainStart, type ChainEnd, type Gap } from './seal.ts';

interface MemoryTables {
  readonly runs: Map<string, RunRow>;
  /** Ids of the runs that have not ended: few, however long the history is. */
  readonly open: Set<RunId>;
  readonly bySlot: Map<string, RunId>;
  readonly cursors: Map<JobId, Instant>;
  readonly firstSeen: Map<JobId, Instant>;
  readonly steps: Map<string, readonly StepRecord[]>;
  readonly gaps: Map<number, Gap>;
  readonly outbox: MemoryOutbox;
  fence: number;
  end: ChainEnd;
}

/** Rows in maps, for as long as the process lives. */
export function memoryLedger(): Ledger {
  const tables: MemoryTables = {
    runs: new Map(),
    open: new Set(),
    bySlot: new Map(),
    cursors: new Map(),
    firstSeen: new Map(),
    steps: new Map(),
    gaps: new Map(),
    outbox: emptyOutbox(),
    fence: 0,
    end: chainStart,
  };
  const entry = memoryEntry(tables);
  const all = () => [...tables.runs.values()];
  let last: Promise<unknown> = Promise.resolve();

  return {
    outbox: memoryOutboxRows(tables.outbox, tables.runs),
    // Work decides before it changes anything, so taking turns is enough: there is nothing to roll back.
    write(work) {
      const turn = last.then(() => work(entry));
      last = turn.catch(() => undefined);
      return turn;
    },
    run: async (id) => tables.runs.get(id),
    runs: async (query) => all().filter(matching(query)).sort(newestFirst).slice(0, query.limit),
    latest: async (states) => newestOfEach(all().filter((row) => states.includes(row.state))),
    open: async () => openRuns(tables).sort(newestFirst),
    cursors: async () => new Map(tables.cursors),
    firstSeen: async () => new Map(tables.firstSeen),
    steps: async (run) => structuredClone(tables.steps.get(run) ?? []),
    count: async (query) => countedStates(all().filter(matching(query))),
    audit: (check) => check(inOrder(all().filter((row) => row.seal !== null)), [...tables.gaps.values()], tables.end),
    close: async () => undefined,
  };
}

function memoryEntry(tables: MemoryTables): LedgerEntry {
  return {
    outbox: memoryOutboxRows(tables.outbox, tables.runs),
    run: async (id) => tables.runs.get(id),
    runOfSlot: async (key) => tables.runs.get(tables.bySlot.get(slotKey(key)) ?? ''),
    rivals: async (own) =>
      openRuns(tables).filter((row) => sameWork(row, own) && row.id !== own.id && row.owner !== null),
    async add(row) {
      const { id, job, repository, slot } = row;
      const key = slot === null ? undefined : slotKey({ job, repository, slot });
      if (tables.runs.has(id) || (key !== undefined && tables.bySlot.has(key))) return false;
      put(tables, row);
      if (key !== undefined) tables.bySlot.set(key, id);
      return true;
    },
    async change(id, columns) {
      const row = tables.runs.get(id);
      if (row !== undefined) put(tables, { ...row, ...columns });
    },
    nextFence: async () => (tables.fence += 1),
    chainEnd: async () => tables.end,
    setChainEnd: async (end) => void (tables.end = { seal: end.seal, hash: end.hash }),
    async moveCursor(job, from, until) {
      if (tables.cursors.get(job) !== from) return false;
      tables.cursors.set(job, until);
      if (from === undefined) tables.firstSeen.set(job, until);
      return true;
    },
    async addStep(step) {
      const steps = tables.steps.get(step.run) ?? [];
      const detail = JSON.parse(canonicalJson(step.detail)) as StepRecord['detail'];
      const added: StepRecord = { ...step, sequence: steps.length + 1, detail };
      tables.steps.set(step.run, [...steps, added]);
      return structuredClone(added);
    },
    endedCount: async () => tables.runs.size - tables.open.size,
    oldestEnded: async (after, limit) =>
      [...tables.runs.values()]
        .filter((row) => row.seal !== null && (after === undefined || newestFirst(row, after) < 0))
        .sort((one, other) => newestFirst(other, one))
        .slice(0, limit),
    countNewer: async (own, states, limit) =>
      [...tables.runs.values()]
        .filter((row) => sameWork(row, own) && newestFirst(row, own) < 0 && (states?.includes(row.state) ?? true))
        .slice(0, limit).length,
    async remove(ids) {
      for (const id of ids) {
        const row = tables.runs.get(id);
        if (row?.slot != null) tables.bySlot.delete(slotKey({ ...row, slot: row.slot }));
        tables.runs.delete(id);
        tables.steps.delete(id);
      }
    },
    gapsBeside: async ({ first, last }) =>
      [...tables.gaps.values()].filter((gap) => gap.last === first - 1 || gap.first === last + 1),
    async putGap(gap, insteadOf) {
      for (const old of insteadOf) tables.gaps.delete(old.first);
      tables.gaps.set(gap.first, gap);
    },
  };
}

function put({ runs, open }: MemoryTables, row: RunRow): void {
  runs.set(row.id, row);
  if (isTerminal(row.state)) open.delete(row.id);
  else open.add(row.id);
}

const openRuns = ({ runs, open }: MemoryTables): RunRow[] => [...open].flatMap((id) => runs.get(id) ?? []);

const slotKey = ({ job, repository, slot }: SlotKey): string => JSON.stringify([job, repository, slot]);

type Work = Pick<RunRow, 'job' | 'repository'>;

const sameWork = (a: Work, b: Work): boolean => a.job === b.job && a.repository === b.repository;

const newestFirst = (a: Age, b: Age): number => b.queued_at - a.queued_at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

const matching =
  ({ job, repository, parent, states, kinds, since, until, text, after }: RunQuery) =>
  (row: RunRow): boolean =>
    (job === undefined || row.job === job) &&
    (repository === undefined || row.repository === repository) &&
    (parent === undefined || row.parent === parent) &&
    (states === undefined || states.includes(row.state)) &&
    (kinds === undefined || kinds.some((kind) => kind === recordOf(row)?.plan.job.kind)) &&
    (since === undefined || row.queued_at >= since) &&
    (until === undefined || row.queued_at < until) &&
    (after === undefined || newestFirst({ queued_at: after.queuedAt, id: after.id }, row) < 0) &&
    (text === undefined || rowMentions(row, text));

function newestOfEach(rows: readonly RunRow[]): readonly RunRow[] {
  const newest = new Map<string, RunRow>();
  for (const row of rows.toSorted(newestFirst)) {
    const key = JSON.stringify([row.job, row.repository]);
    if (!newest.has(key)) newest.set(key, row);
  }
  return [...newest.values()];
}

async function* inOrder(rows: readonly RunRow[]): AsyncGenerator<RunRow> {
  yield* rows.toSorted((a, b) => (a.seal ?? 0) - (b.seal ?? 0));
}
