import {
  UmbraError,
  type Backend,
  type CheckReport,
  type CheckScope,
  type Operation,
  type RepairOptions,
  type RepairStep,
  type RepairStory,
  type StepDone,
} from '@umbracore/contracts';

/** Steps of one kind heal at most so much: a second one that finds the same would find it for ever. */
const most = { index: 2, packs: 2, snapshots: 1 } as const satisfies Record<RepairStep['type'], number>;

/** The step that comes next, or undefined if there is none: all is sound, or what could be done was done. */
export function nextStep({ sound, repairs = [] }: CheckReport, done: readonly RepairStep[]): RepairStep | undefined {
  if (sound) return undefined;
  return repairs.find((step) => {
    const before = done.filter(({ type }) => type === step.type);
    return before.length < most[step.type] && !before.some((one) => isSame(one, step));
  });
}

const isSame = (one: RepairStep, other: RepairStep): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Checks, does the step that the check calls for if the caller agrees, checks again, until all is sound or nothing is left to be
 * done. Changes nothing that nobody agreed to.
 */
export async function repairRepository(
  backend: Backend,
  { scope, agree, told }: RepairOptions,
  operation: Operation = {},
): Promise<RepairStory> {
  if (!backend.supports.has('repair')) {
    throw new UmbraError('backend.unsupported', `the backend ${backend.name} cannot repair`, {
      hint: 'Ask the plug-in of the backend what can be done.',
    });
  }
  const first = await backend.check(scope, operation);
  let report = first;
  const done: StepDone[] = [];
  for (;;) {
    const step = nextStep(
      report,
      done.map((one) => one.step),
    );
    if (step === undefined || !(await agree(step, report))) return { first, last: report, done, declined: step };
    const { lines } = await backend.repair(step, operation);
    done.push({ step, lines });
    report = await backend.check(scopeAfter(step, scope), operation);
    told?.(step, report);
  }
}

/** Only dropping packs can heal what reading the data has found, so only then it is read again. */
const scopeAfter = (step: RepairStep, scope: CheckScope): CheckScope =>
  step.type === 'packs' ? scope : { type: 'structure' };
