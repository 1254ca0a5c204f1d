import { UmbraError } from '@umbracore/contracts';
import type { CheckReport, CheckScope, RunRecord, RunReport } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { planOf } from '../narrow-plan.ts';
import { emptyEnd, goodEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';
import { nextPart, scopeOf } from './check-part.ts';
import type { CheckPart } from './check-part.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** So many of the newest runs are looked through for the part that was read last. */
const runsAsked = 50;

/** Compares what a repository says it holds with what is there, and reads the next part of its data. */
export const checkWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'check', async (backend) => {
    const { job, repository } = planOf(attempt.plan, 'check');
    const part = nextPart(job.readPercent, lastReport(await attempt.ports.store.runs(earlierRuns(attempt))));
    attempt.note(`Checking ${repository.name}: ${describe(scopeOf(part))}`);
    const detail = { part: part?.part ?? null, of: part?.of ?? null };
    const found = await runEngine(attempt, { kind: 'check', detail }, (operation) =>
      backend.check(scopeOf(part), operation),
    );
    return endOf(found, part, repository.name);
  });

const earlierRuns = ({ held: { record } }: Attempt) =>
  ({
    job: record.job,
    repository: record.repository,
    states: ['succeeded', 'warning', 'failed'],
    limit: runsAsked,
  }) as const;

type Checked = Extract<RunReport, { readonly kind: 'check' }>;

/** A run that was cancelled or interrupted has no report, so that its part comes again. */
const lastReport = (runs: readonly RunRecord[]): Checked | undefined =>
  runs
    .map(({ report }) => report)
    .find((report): report is Checked => report?.kind === 'check' && report.part !== null);

const describe = (scope: CheckScope): string => {
  switch (scope.type) {
    case 'structure':
      return 'its structure';
    case 'part':
      return `its structure and part ${scope.part} of ${scope.of} of its data`;
    case 'percent':
      return `its structure and ${scope.percent} % of its data`;
    case 'all':
      return 'its structure and all of its data';
  }
};

function endOf({ sound, problems, advice }: CheckReport, part: CheckPart | null, repository: string): RunEnd {
  const report: Checked = { kind: 'check', sound, problems, advice, part };
  if (sound) return goodEnd(report);
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const error = new UmbraError(
    'repository.damaged',
    `The repository ${repository} is damaged: ${problems[0] ?? 'the engine did not say how'}${more}`,
    { hint: advice[0] ?? 'Look at the log of the run, and remove nothing from the repository before it is mended.' },
  );
  return { ...emptyEnd('failed', error.toRecord()), report };
}
