import { isUmbraError, UmbraError } from '@umbracore/contracts';
import type {
  Ability,
  Backend,
  CheckReport,
  CheckScope,
  DurationMs,
  NewCheckReport,
  RereadOutlook,
  RunRecord,
  RunReport,
} from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { mendCommand } from '../mend-command.ts';
import { planOf } from '../narrow-plan.ts';
import { emptyEnd, goodEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';
import { intervalAround } from '../staleness.ts';
import { behind, isEngineDue, paceOf, partsOf } from './check-pace.ts';
import { nextPart, scopeOf } from './check-part.ts';
import type { CheckPart } from './check-part.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** So many of the newest runs are looked through for the part that was read last. */
const runsAsked = 50;

const day: DurationMs = 86_400_000;

/**
 * Compares what a repository says it holds with what is there: what is new, and as much of the rest as is due, by a backend that
 * remembers what it read; and by the engine's own check, which reads the next part of the data.
 */
export const checkWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'check', async (backend) => {
    const { job, repository } = planOf(attempt.plan, 'check');
    const { store, clock } = attempt.ports;
    const { supports } = backend;
    const runs = await store.runs(earlierRuns(attempt));
    const remembered = await checkNew(attempt, backend);
    if (remembered !== undefined && job.readAll !== undefined) {
      // The engine's turn comes with the next run: until then nothing is in the way of saying what was found.
      const isEnough = !remembered.sound || !isEngineDue(job, runs, clock.now());
      if (isEnough) return endOf(attempt, { remembered, engine: undefined, part: null, supports });
    }
    const { part, outlook } = await partOf(attempt, backend, remembered, lastReport(runs));
    attempt.note(`Checking ${repository.name}: ${describe(scopeOf(part))}`);
    const detail = { part: part?.part ?? null, of: part?.of ?? null };
    const engine = await runEngine(attempt, { kind: 'check', detail }, (operation) =>
      backend.check(scopeOf(part), operation),
    );
    return endOf(attempt, { remembered, engine, part, outlook, supports });
  });

/** Undefined where the backend cannot. */
async function checkNew(attempt: Attempt, backend: Backend): Promise<NewCheckReport | undefined> {
  if (!backend.supports.has('check-new')) return undefined;
  const { job, repository } = planOf(attempt.plan, 'check');
  attempt.note(`Checking what is new in ${repository.name}`);
  const read = paceOf(job, everyMs(attempt));
  try {
    const report = await runEngine(attempt, { kind: 'check', detail: { new: true } }, (operation) =>
      backend.checkNew({ read }, operation),
    );
    for (const note of report.notes) attempt.note(note);
    return report;
  } catch (thrown) {
    if (!isUmbraError(thrown) || thrown.code !== 'backend.unsupported') throw thrown;
    attempt.note(`What is new could not be checked by itself: ${thrown.message}`);
    return undefined;
  }
}

/** How long it is to the next run; a job that runs by hand or in a chain is taken to run every day. */
function everyMs({ plan, ports }: Attempt): DurationMs {
  const { schedules, atLeastEveryMs } = plan.job;
  return intervalAround({ schedules, atLeastEveryMs }, ports.calendar, ports.clock.now()) ?? day;
}

/** The part that the engine reads. Where it alone reads, its parts have to keep the pace. */
async function partOf(
  attempt: Attempt,
  backend: Backend,
  remembered: NewCheckReport | undefined,
  last: Checked | undefined,
): Promise<{ readonly part: CheckPart | null; readonly outlook?: RereadOutlook }> {
  const { job } = planOf(attempt.plan, 'check');
  if (job.readAll === undefined || remembered !== undefined) return { part: nextPart(job.readPercent, last) };
  const { storedBytes } = await backend.statistics({ signal: attempt.signal });
  const { of, outlook } = partsOf(job.readAll, storedBytes, everyMs(attempt), last?.part ?? null);
  return { part: nextPart(100 / of, last), outlook };
}

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

interface Found {
  readonly remembered: NewCheckReport | undefined;
  /** Undefined if the engine was not asked. */
  readonly engine: CheckReport | undefined;
  readonly part: CheckPart | null;
  readonly outlook?: RereadOutlook | undefined;
  readonly supports: ReadonlySet<Ability>;
}

function endOf(attempt: Attempt, { remembered, engine, part, outlook, supports }: Found): RunEnd {
  const { job, repository } = planOf(attempt.plan, 'check');
  const found = together([engine, remembered].filter((each) => each !== undefined));
  const { sound, problems, advice } = found;
  const report: Checked = {
    kind: 'check',
    sound,
    problems,
    advice,
    part,
    ...(remembered && {
      engine: engine !== undefined,
      check: { read: remembered.read, notes: remembered.notes, coverage: remembered.coverage },
    }),
  };
  if (!sound) {
    const mend = supports.has('repair') ? mendCommand(attempt.ports, repository, supports) : undefined;
    return { ...emptyEnd('failed', damage(repository.name, found, mend).toRecord()), report };
  }
  const late = behind(job, remembered?.coverage.outlook ?? outlook ?? null);
  return late === undefined ? goodEnd(report) : { ...emptyEnd('warning', late.toRecord()), report };
}

/** What several ways of looking found: damage is damage whoever found it. */
function together(reports: readonly CheckReport[]): CheckReport {
  const bad = reports.filter(({ sound }) => !sound);
  const said = bad.length === 0 ? reports : bad;
  return {
    sound: bad.length === 0,
    problems: [...new Set(said.flatMap(({ problems }) => problems))],
    advice: [...new Set(said.flatMap(({ advice }) => advice))],
  };
}

/** Where the backend cannot `mend`, its own advice says what does. */
function damage(repository: string, { problems, advice }: CheckReport, mend: string | undefined): UmbraError {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const [own] = advice;
  const how = mend === undefined ? (own === undefined ? '' : `. ${own}`) : `: ${mend}`;
  return new UmbraError(
    'repository.damaged',
    `The repository ${repository} is damaged: ${problems[0] ?? 'the engine did not say how'}${more}`,
    { hint: `Remove nothing from the repository before it is mended${how}` },
  );
}
