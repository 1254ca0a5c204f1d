import {
  type Backend,
  type CheckReport,
  type CheckScope,
  type MendStep,
  type Operation,
  type RepairOptions,
  type RepairStep,
  type RepairStory,
  type StepDone,
} from '@umbracore/contracts';
import { bringBack, planBringing, type CopyHolder } from './bring-back.ts';

/** Steps of one kind heal at most so much: a second one that finds the same would find it for ever. */
const most = { index: 2, packs: 2, snapshots: 1 } as const satisfies Record<RepairStep['type'], number>;

/** The step that comes next, or undefined if there is none: all is sound, or what could be done was done. */
export function nextStep({ sound, repairs = [] }: CheckReport, done: readonly MendStep[]): RepairStep | undefined {
  if (sound) return undefined;
  return repairs.find((step) => {
    const before = done.filter(({ type }) => type === step.type);
    return before.length < most[step.type] && !before.some((one) => isSame(one, step));
  });
}

const isSame = (one: MendStep, other: MendStep): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Checks, does the step that the check calls for if the caller agrees, checks again, until all is sound or nothing is left to be
 * done. Changes nothing that nobody agreed to.
 */
export async function repairRepository(
  backend: Backend,
  { scope, agree, told }: Omit<RepairOptions, 'from'>,
  operation: Operation = {},
  holder?: CopyHolder,
): Promise<RepairStory> {
  // Where it cannot, the backend itself says why, and what else can be done.
  if (!backend.supports.has('repair')) await backend.repair({ type: 'index' }, operation);
  const first = await backend.check(scope, operation);
  let report = first;
  const done: StepDone[] = [];
  for (;;) {
    const steps = done.map((one) => one.step);
    const step = (await bringing(backend, holder, { report, steps }, operation)) ?? nextStep(report, steps);
    if (step === undefined || !(await agree(step, report))) return { first, last: report, done, declined: step };
    const { problems } = report;
    done.push({ step, problems, lines: await carryOut(backend, holder, step, operation) });
    report = await backend.check(scopeAfter(step, scope), operation);
    told?.(step, report);
  }
}

/** What is lost is brought back, once, before it would be given up; so is what an earlier repair left half done. */
async function bringing(
  backend: Backend,
  holder: CopyHolder | undefined,
  { report, steps }: { readonly report: CheckReport; readonly steps: readonly MendStep[] },
  operation: Operation,
): Promise<MendStep | undefined> {
  if (holder === undefined || steps.some(({ type }) => type === 'bring')) return undefined;
  const next = nextStep(report, steps);
  if (next !== undefined && next.type !== 'snapshots') return undefined;
  return await planBringing(backend, holder, report, operation);
}

async function carryOut(
  backend: Backend,
  holder: CopyHolder | undefined,
  step: MendStep,
  operation: Operation,
): Promise<readonly string[]> {
  if (step.type !== 'bring') return (await backend.repair(step, operation)).lines;
  return holder === undefined ? [] : await bringBack(backend, holder, step, operation);
}

/** Only dropping packs can heal what reading the data has found, so only then it is read again. */
const scopeAfter = (step: MendStep, scope: CheckScope): CheckScope =>
  step.type === 'packs' ? scope : { type: 'structure' };
