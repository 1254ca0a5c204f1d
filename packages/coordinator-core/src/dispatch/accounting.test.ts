import { aJob, aPlan, aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import type { AccountedSlot } from './account-slots.ts';
import { accountingOf } from './accounting.ts';

const plans = ['main', 'other'].map((name) => aPlan({ repository: aRepository({ name }) }));
const slot: AccountedSlot = { key: 'k', at: 500, trigger: 'schedule', end: undefined };
const account = (...slots: AccountedSlot[]) => ({ from: 100, until: 1000, slots });
let id = 0;
const newId = () => `r-${(id += 1)}`;

test('a slot has a run for each repository', () => {
  id = 0;
  expect(accountingOf(aJob(), account(slot), { plans, newId, queuedAt: 1000 })).toEqual({
    job: 'documents',
    from: 100,
    until: 1000,
    runs: plans.map((plan, index) => ({
      id: `r-${index + 1}`,
      trigger: 'schedule',
      slot: 'k',
      slotAt: 500,
      queuedAt: 1000,
      plan,
      end: undefined,
    })),
  });
});

test('unless it is of one repository only', () => {
  const { runs } = accountingOf(aJob(), account({ ...slot, repository: 'other' }), { plans, newId, queuedAt: 1000 });
  expect(runs.map(({ plan }) => plan.repository?.name)).toEqual(['other']);
});
