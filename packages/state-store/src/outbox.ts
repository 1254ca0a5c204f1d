import type {
  Delivery,
  DeliveryEnd,
  DurationMs,
  ErrorRecord,
  Instant,
  NewDelivery,
  Notice,
  Outbox,
  ProcessIdentity,
  TakeRequest,
  TakenDeliveries,
  Telling,
} from '@umbracore/contracts';
import { canonicalJson } from './canonical-json.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import type { DeliveryRow } from './outbox-rows.ts';
import { refuseLimit } from './refuse-query.ts';
import { recordOf } from './run-row.ts';

/** What arrived or was given up can be looked at for so long. */
const keptMs: DurationMs = 30 * 24 * 3_600_000;

/** Of more waiting ones the oldest are given up, so that a channel that is never mended does not fill the disk. */
const mostWaiting = 5000;

const usualLimit = 100;
const mostTaken = 100;

/** The rules of the outbox, over whatever keeps the rows. */
export function outboxOver(ledger: Ledger): Outbox {
  const { outbox: rows } = ledger;
  return {
    place: () => rows.place(),
    begin: () =>
      ledger.write(async (entry) => {
        const { outbox } = entry;
        if ((await outbox.place()) === undefined) await outbox.setPlace((await entry.chainEnd()).seal);
      }),
    leave: () =>
      ledger.write(async ({ outbox }) => {
        await outbox.setPlace(undefined);
        await outbox.dropSubjects();
      }),
    async ended(place, limit) {
      const found = await rows.ended(place, limit);
      // A record that cannot be read tells nothing, and is told of by whoever checks the history.
      return found.flatMap((row) => {
        const run = recordOf(row);
        return run === undefined || row.seal === null ? [] : [{ place: row.seal, run }];
      });
    },
    tell: (telling) => ledger.write((entry) => tellIn(entry, telling)),
    async standing() {
      return (await rows.standing()).map(({ subject, memo }) => ({ subject, memo: JSON.parse(memo) as unknown }));
    },
    take: (request) => ledger.write((entry) => takeIn(entry, request)),
    settle: (fence, ids, end, at) => ledger.write((entry) => settleIn(entry, { fence, ids, end, at })),
    giveBack: (fence, ids) =>
      ledger.write(async ({ outbox }) => {
        for (const row of await outbox.waiting())
          if (row.fence === fence && ids.includes(row.id))
            await outbox.change(row.id, { owner: null, taken_until: null });
      }),
    async deliveries({ states, limit = usualLimit }) {
      refuseLimit(limit);
      return (await rows.newest(states, limit)).map(deliveryOf);
    },
    async figures(now, failedSince) {
      const waiting = await rows.waiting();
      const overdue = waiting.filter((row) => row.due_at <= now);
      return {
        waiting: waiting.length,
        troubled: waiting.filter(({ error }) => error !== null).length,
        failed: await rows.countFailed(failedSince),
        overdueSince: overdue[0]?.due_at ?? null,
        nextDueAt: waiting[0]?.due_at ?? null,
      };
    },
  };
}

async function tellIn(
  { outbox }: LedgerEntry,
  { subject, at, reading, decide }: Telling,
): Promise<readonly NewDelivery[] | undefined> {
  if (reading !== undefined && (await outbox.place()) !== reading.from) return undefined;
  const before = await outbox.subject(subject);
  const { memo, standing, deliveries } = decide(before === undefined ? undefined : JSON.parse(before.memo));
  const text = canonicalJson(memo ?? null);
  const changed = before?.memo !== text || before.standing !== Number(standing);
  if (changed) await outbox.setSubject({ subject, standing: Number(standing), memo: text });
  const added: NewDelivery[] = [];
  for (const delivery of deliveries) if (await outbox.add(rowOf(delivery, at))) added.push(delivery);
  if (added.length > 0) await giveUpBeyond(mostWaiting, outbox, at);
  if (reading !== undefined) await outbox.setPlace(reading.to);
  return added;
}

async function giveUpBeyond(most: number, outbox: LedgerEntry['outbox'], at: Instant): Promise<void> {
  const waiting = await outbox.waiting();
  for (const { id } of waiting.slice(0, Math.max(0, waiting.length - most)))
    await outbox.change(id, { state: 'failed', settled_at: at });
}

async function takeIn(entry: LedgerEntry, { owner, now, ttlMs, isGone }: TakeRequest): Promise<TakenDeliveries> {
  const { outbox } = entry;
  const isFree = (row: DeliveryRow): boolean =>
    row.owner === null || (row.taken_until ?? 0) <= now || isGone(JSON.parse(row.owner) as ProcessIdentity);
  const due = (await outbox.waiting()).filter((row) => row.due_at <= now && isFree(row)).slice(0, mostTaken);
  if (due.length === 0) return { fence: 0, deliveries: [] };
  const fence = await entry.nextFence();
  const taken = { owner: canonicalJson(owner), taken_until: now + ttlMs, fence };
  for (const { id } of due) await outbox.change(id, taken);
  return { fence, deliveries: due.map((row) => deliveryOf({ ...row, ...taken })) };
}

async function settleIn(
  { outbox }: LedgerEntry,
  settled: {
    readonly fence: number;
    readonly ids: readonly string[];
    readonly end: DeliveryEnd;
    readonly at: Instant;
  },
): Promise<boolean> {
  const { fence, ids, end, at } = settled;
  const ours = (await outbox.waiting()).filter((row) => row.fence === fence && ids.includes(row.id));
  for (const row of ours)
    await outbox.change(row.id, { ...columnsAfter(row, end, at), owner: null, taken_until: null });
  await outbox.drop(at - keptMs);
  return ours.length === ids.length;
}

function columnsAfter({ tries }: DeliveryRow, end: DeliveryEnd, at: Instant): Partial<DeliveryRow> {
  switch (end.state) {
    case 'sent':
      return { state: 'sent', settled_at: at, tries: tries + 1, error: null };
    case 'expired':
      return { state: 'expired', settled_at: at };
    case 'failed':
      return { state: 'failed', settled_at: at, tries: tries + 1, error: canonicalJson(end.error) };
    case 'waiting':
      return { due_at: end.dueAt, tries: tries + 1, error: canonicalJson(end.error) };
  }
}

const rowOf = ({ id, channel, notice, dueAt, group, expiresAt }: NewDelivery, at: Instant): DeliveryRow => ({
  id,
  channel,
  state: 'waiting',
  due_at: dueAt,
  expires_at: expiresAt,
  batch: group,
  created_at: at,
  settled_at: null,
  tries: 0,
  fence: 0,
  owner: null,
  taken_until: null,
  error: null,
  notice: canonicalJson(notice),
});

const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  channel: row.channel,
  notice: JSON.parse(row.notice) as Notice,
  dueAt: row.due_at,
  group: row.batch,
  expiresAt: row.expires_at,
  state: row.state,
  createdAt: row.created_at,
  tries: row.tries,
  error: row.error === null ? null : (JSON.parse(row.error) as ErrorRecord),
  settledAt: row.settled_at,
});
