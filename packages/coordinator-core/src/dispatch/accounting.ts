import type { AccountedEnd, Accounting, JobDefinition, RepositoryName, RunId, RunPlan } from '@umbracore/contracts';
import type { AccountedSlot, SlotAccount } from './account-slots.ts';

export interface AccountingParts {
  /** One for each repository of the job. */
  readonly plans: readonly RunPlan[];
  readonly newId: () => RunId;
  /** Repositories on which a run of the job is under way. */
  readonly busy?: ReadonlySet<RepositoryName> | undefined;
}

/** The account as the store takes it: a run of each slot for each repository. */
export function accountingOf(job: JobDefinition, account: SlotAccount, parts: AccountingParts): Accounting {
  const { from, until, slots } = account;
  const runs = slots.flatMap((slot) =>
    parts.plans.filter((plan) => isFor(slot, plan)).map((plan) => runOf(job, slot, plan, until, parts)),
  );
  return { job: job.id, from, until, runs };
}

/** Whether there is anything to tell the store. */
export const isNews = ({ from, until, slots }: SlotAccount): boolean => from !== until || slots.length > 0;

const nameOf = ({ repository }: RunPlan): RepositoryName => repository?.name ?? '';

const isFor = ({ repository }: AccountedSlot, plan: RunPlan): boolean => (repository ?? nameOf(plan)) === nameOf(plan);

function runOf(
  job: JobDefinition,
  slot: AccountedSlot,
  plan: RunPlan,
  queuedAt: number,
  { newId, busy }: AccountingParts,
): Accounting['runs'][number] {
  const overlaps = slot.end === undefined && job.overlap === 'skip' && busy?.has(nameOf(plan)) === true;
  const end = overlaps ? overlapping : slot.end;
  return { id: newId(), trigger: slot.trigger, slot: slot.key, slotAt: slot.at, queuedAt, plan, end };
}

const overlapping: AccountedEnd = {
  outcome: 'skipped',
  because: { code: 'overlap', text: 'Another run of the job was under way', alsoStandsFor: null },
};
