import { isInSightOf, isUmbraError, toUmbraError, UmbraError } from '@umbracore/contracts';
import type {
  ChannelDefinition,
  Clock,
  Delivery,
  DeliveryEnd,
  DurationMs,
  Log,
  Message,
  Notifiers,
  Outbox,
  ProcessTable,
} from '@umbracore/contracts';
import { inTime } from './in-time.ts';
import { digestOf, messageOf } from './message.ts';
import { afterFailure } from './next-try.ts';

export interface Sender {
  readonly outbox: Outbox;
  readonly notifiers: Notifiers;
  readonly clock: Clock;
  readonly log: Log;
  readonly processTable: ProcessTable;
  readonly channels: readonly ChannelDefinition[];
  readonly host: string;
  readonly zone: string;
  readonly random: () => number;
}

/** Whoever took deliveries has so long to settle them, be it stopped or slow. */
const ttlMs: DurationMs = 15 * 60_000;

/** Sends what is due, until nothing is any more or the signal aborts. What was taken and not sent is given back. */
export async function sendDue(sender: Sender, signal: AbortSignal): Promise<void> {
  const { outbox, clock, processTable } = sender;
  const failures = new Map<string, UmbraError>();
  while (!signal.aborted) {
    const isGone = (owner: Parameters<ProcessTable['isAlive']>[0]): boolean =>
      isInSightOf(processTable.self(), owner) && !processTable.isAlive(owner);
    const { fence, deliveries } = await outbox.take({ owner: processTable.self(), now: clock.now(), ttlMs, isGone });
    if (deliveries.length === 0) return;
    const channels = grouped(deliveries, ({ channel }) => channel);
    await Promise.all(channels.map((own) => sendInTurn({ sender, failures, fence, signal }, own)));
  }
}

function grouped(
  deliveries: readonly Delivery[],
  keyOf: (delivery: Delivery) => string,
): readonly (readonly Delivery[])[] {
  const groups = new Map<string, Delivery[]>();
  for (const delivery of deliveries) groups.set(keyOf(delivery), [...(groups.get(keyOf(delivery)) ?? []), delivery]);
  return [...groups.values()];
}

/** In the order in which they were due; a channel that does not answer is left for later with all that it has. */
async function sendInTurn(round: Round, deliveries: readonly Delivery[]): Promise<void> {
  const { sender, fence } = round;
  const { outbox, clock, random } = sender;
  const batches = grouped(deliveries, ({ id, group }) => group ?? id);
  for (const batch of batches) {
    const end = await sendBatch(round, batch);
    if (end === 'aborted') {
      await giveBack(sender, fence, batches.slice(batches.indexOf(batch)).flat());
      return;
    }
    const now = clock.now();
    const ids = batch.map(({ id }) => id);
    const [first] = batch;
    if (first === undefined) continue;
    const settled: DeliveryEnd = isUmbraError(end) ? afterFailure(first, end, now, random()) : end;
    await outbox.settle(fence, ids, settled, now);
  }
}

/** What goes on while deliveries are sent. */
interface Round {
  readonly sender: Sender;
  /** Channels that do not answer, with why. */
  readonly failures: Map<string, UmbraError>;
  readonly fence: number;
  readonly signal: AbortSignal;
}

type SendEnd = { readonly state: 'sent' | 'expired' } | UmbraError | 'aborted';

async function sendBatch({ sender, failures, signal }: Round, batch: readonly Delivery[]): Promise<SendEnd> {
  const { clock, channels, log } = sender;
  const [first] = batch;
  if (first === undefined || signal.aborted) return 'aborted';
  if (first.expiresAt !== null && first.expiresAt < clock.now()) return { state: 'expired' };
  const failure = failures.get(first.channel);
  if (failure !== undefined) return failure;
  const channel = channels.find(({ name }) => name === first.channel);
  if (channel === undefined) return unknownChannel(first.channel);
  try {
    await inTime(clock, signal, (within) => sender.notifiers.send(channel, letterOf(sender, batch), within));
    return { state: 'sent' };
  } catch (thrown) {
    if (signal.aborted) return 'aborted';
    const error = toUmbraError(thrown);
    // What was refused says nothing about the next one.
    if (error.code !== 'notify.refused') failures.set(channel.name, error);
    log.warn({ channel: channel.name, code: error.code, error: error.message }, 'A notification did not arrive');
    return error;
  }
}

function letterOf({ clock, host, zone }: Sender, batch: readonly Delivery[]): Message {
  const head = { host, zone, at: clock.now() };
  const [first] = batch;
  if (first !== undefined && first.group === null) return messageOf(first.id, first.notice, head);
  return digestOf(
    first?.group ?? '',
    batch.map(({ notice }) => notice),
    head,
  );
}

/** As if it had not been tried: nobody knows whether it arrived. */
async function giveBack({ outbox }: Sender, fence: number, deliveries: readonly Delivery[]): Promise<void> {
  const ids = deliveries.map(({ id }) => id);
  await outbox.giveBack(fence, ids);
}

const unknownChannel = (name: string): UmbraError =>
  new UmbraError('usage.unknown-channel', `There is no channel "${name}" any more`, {
    hint: 'Add it to notifications.channels again, or leave it: it is given up by itself.',
  });
