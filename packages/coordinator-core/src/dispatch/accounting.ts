import type {
  AccountedRun,
  Accounting,
  Instant,
  JobDefinition,
  RepositoryName,
  RunId,
  RunPlan,
} from '@umbracore/contracts';
import type { AccountedSlot, SlotAccount } from './account-slots.ts';

export interface AccountingParts {
  /** One for each repository of the job. */
  readonly plans: readonly RunPlan[];
  readonly newId: () => RunId;
  readonly queuedAt: Instant;
}

/** The account as the store takes it: a run of each slot for each repository. */
export function accountingOf({ id }: JobDefinition, account: SlotAccount, parts: AccountingParts): Accounting {
  const { from, until, slots } = account;
  const runs = slots.flatMap((slot) =>
    parts.plans.filter((plan) => isFor(slot, plan)).map((plan) => runOf(slot, plan, parts)),
  );
  return { job: id, from, until, runs };
}

/** Whether there is anything to tell the store. */
export const isNews = ({ from, until, slots }: SlotAccount): boolean => from !== until || slots.length > 0;

const nameOf = ({ repository }: RunPlan): RepositoryName => repository?.name ?? '';

const isFor = ({ repository }: AccountedSlot, plan: RunPlan): boolean => (repository ?? nameOf(plan)) === nameOf(plan);

function runOf(
  { key, at, trigger, end }: AccountedSlot,
  plan: RunPlan,
  { newId, queuedAt }: AccountingParts,
): AccountedRun {
  return { id: newId(), trigger, slot: key, slotAt: at, queuedAt, plan, end };
}
