import { type Ability, type Clock, type DurationMs, UmbraError } from '@umbracore/contracts';

/** One obligation of a contract, ready to be run against a subject under any test runner. */
export interface ContractCase<Subject> {
  /** The obligation as a sentence. */
  readonly name: string;
  /** Abilities without which the obligation does not exist. */
  readonly needs?: readonly Ability[] | undefined;
  /** Optional members of the subject without which it cannot be looked at. */
  readonly wants?: readonly (keyof Subject)[] | undefined;
  /** Rejects if the obligation is not met. */
  run(subject: Subject): Promise<void>;
}

export type CaseResult =
  | { readonly name: string; readonly outcome: 'passed' }
  | { readonly name: string; readonly outcome: 'failed'; readonly error: Error }
  | { readonly name: string; readonly outcome: 'skipped'; readonly reason: string };

export interface CaseRun<Subject> {
  /** Makes a subject for one case; it is disposed after it. */
  readonly open: () => Promise<Subject & AsyncDisposable>;
  /** What the subject can do; everything if absent. */
  readonly supports?: ((subject: Subject) => ReadonlySet<Ability>) | undefined;
  /** With a clock, a case that takes longer than `deadlineMs` (default 60 s) has failed. */
  readonly clock?: Clock | undefined;
  readonly deadlineMs?: DurationMs | undefined;
}

/** Runs cases one after the other, each on a subject of its own. Never rejects because of the subject. */
export async function runCases<Subject>(
  cases: readonly ContractCase<Subject>[],
  run: CaseRun<Subject>,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of cases) results.push(await runCase(one, run));
  return results;
}

async function runCase<Subject>(one: ContractCase<Subject>, run: CaseRun<Subject>): Promise<CaseResult> {
  const { name } = one;
  try {
    await using subject = await run.open();
    const reason = whyNot(one, subject, run.supports?.(subject));
    if (reason !== undefined) return { name, outcome: 'skipped', reason };
    await inTime(one.run(subject), run);
    return { name, outcome: 'passed' };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { name, outcome: 'failed', error };
  }
}

/** Why a case does not apply to a subject; undefined if it does. */
export function whyNot<Subject>(
  { needs = [], wants = [] }: ContractCase<Subject>,
  subject: Subject,
  supports: ReadonlySet<Ability> | undefined,
): string | undefined {
  const lacking = needs.find((ability) => supports?.has(ability) === false);
  if (lacking !== undefined) return `the subject does not support ${lacking}`;
  const missing = wants.find((member) => subject[member] === undefined);
  return missing === undefined ? undefined : `the subject brings no ${String(missing)}`;
}

async function inTime(
  work: Promise<void>,
  { clock, deadlineMs = 60_000 }: Pick<CaseRun<unknown>, 'clock' | 'deadlineMs'>,
): Promise<void> {
  if (!clock) return await work;
  const done = new AbortController();
  const deadline = clock.sleep(deadlineMs, done.signal).then(
    () => {
      throw new UmbraError('run.deadline', `the case did not end within ${deadlineMs} ms`);
    },
    () => {},
  );
  try {
    await Promise.race([work, deadline]);
  } finally {
    done.abort();
  }
}
