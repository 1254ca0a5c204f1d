import {
  isTerminal,
  nodeOf,
  type ChangeTotals,
  type RunId,
  type RunRecord,
  type StepRecord,
  type ThrottleState,
} from '@umbracore/contracts';
import {
  isDryRun,
  runDocument,
  runLengthMs,
  shownRunDocument,
  throttleDocument,
  timestamp,
  type RunDocument,
  shownLocation,
} from '@umbracore/runtime/documents';
import { leftBehindText, mendCommand, runsLeftBehind } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import { readText } from '../output/coverage-text.ts';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { drillProof, recoveryTexts, showDrill } from '../output/drill-text.ts';
import { becauseText, reportText } from '../output/report-text.ts';
import { formatCount, formatQuantity, formatSize } from '../output/sizes.ts';
import { colouredSign, outcomeText, standingOfRun } from '../output/standing.ts';
import { throttleText } from '../output/throttle-text.ts';
import { calendarTime, dayTime } from '../output/times.ts';
import { whatRuns } from '../progress/sentences.ts';
import { findRun } from '../refs/find-run.ts';
import type { Session } from '../session.ts';

/** So many unreadable files are listed; the rest is counted. */
const listed = 20;

export const action: Action<object> = async (session, [id = '']) => {
  const history = await session.history();
  const run = await findRun(history, id);
  const { store } = history;
  const nodes = run.plan.job.kind === 'chain' ? (await store.runs({ parent: run.id })).toReversed() : [];
  const leftBehind = await runsLeftBehind(history, [run, ...nodes], session.now());
  if (session.json) return session.document('run', await shownRunDocument(store, run, leftBehind));
  showRun(session, run, leftBehind);
  const { repository } = run.plan;
  if (repository !== null && run.report?.kind === 'check' && !run.report.sound) {
    const mend = mendCommand(history.configuration.jobs.values(), repository);
    // Unless the run said it: there may be a copy now that there was not then.
    if (mend !== undefined && run.error?.hint?.includes(mend) !== true)
      session.say(`  ${session.stdout.style.cyan('to mend it')}: ${mend}`);
  }
  showNodes(session, nodes, leftBehind);
  showSteps(session, await store.steps(run.id));
};

/** The runs of a chain, in the order in which they were asked for. */
function showNodes(session: Session, runs: readonly RunRecord[], leftBehind: ReadonlySet<RunId>): void {
  if (runs.length === 0) return;
  session.say('  its runs');
  const rows = runs.map((run) => [
    `    ${colouredSign(session, standingOfRun(run))} ${whatRuns({ job: run.job, node: nodeOf(run) ?? null })}`,
    run.repository || session.signs.none,
    run.id,
    outcomeText(run, leftBehind),
    printable(run.because === null ? (run.error?.message ?? '') : becauseText(run.because)),
  ]);
  session.sayTable(
    Array.from({ length: 5 }, () => ({ title: '' })),
    rows,
  );
}

function showRun(session: Session, run: RunRecord, leftBehind: ReadonlySet<RunId>): void {
  const { style } = session.stdout;
  const when = (instant: number): string => calendarTime(instant, session.now());
  const lengthMs = runLengthMs(run);
  const { report } = runDocument(run);
  const took = lengthMs === undefined ? '' : `, ${formatDuration(lengthMs)}`;
  session.say(`${colouredSign(session, standingOfRun(run))} ${style.bold(run.id)}  ${outcomeText(run, leftBehind)}`);
  const facts: [string, string][] = [
    ['job', `${run.job}${placeText(session, run)}`],
    ...(run.plan.job.kind === 'backup' ? [] : [['kind', run.plan.job.kind] as [string, string]]),
    ['trigger', triggerText(run, when)],
    ['started', run.startedAt === null ? session.signs.none : `${when(run.startedAt)}${took}`],
    ...(leftBehind.has(run.id) ? [['now', `${leftBehindText}: umbra run --due`] as [string, string]] : []),
    ...(run.snapshot === null ? [] : [['snapshot', run.snapshot] as [string, string]]),
    ...(isDryRun(run) ? [dryRunFact(run)] : []),
    ...(run.stats === null ? [] : statsFacts(run.stats)),
    ...(report === null ? [] : reportFacts(report, isDryRun(run), (time) => dayTime(Date.parse(time), session.now()))),
    ...(run.because === null ? [] : [['because', becauseText(run.because)] as [string, string]]),
    ...verifiedFacts(run),
    ...(run.state === 'queued' ? [['waits', `umbra explain ${run.job} says for what`] as [string, string]] : []),
    ...(run.retryAt === null || isTerminal(run.state) ? [] : [['next try', when(run.retryAt)] as [string, string]]),
  ];
  session.sayTable(
    [{ title: '' }, { title: '' }],
    facts.map(([name, text]) => [`  ${style.dim(name)}`, printable(text)]),
  );
  showProblems(session, run);
}

const dryRunFact = ({ plan }: RunRecord): [string, string] =>
  plan.job.kind === 'backup'
    ? ['saved', 'nothing; the numbers tell what a run would save']
    : ['changed', 'nothing; what follows is what a run would do'];

function placeText({ signs }: Session, { repository, plan }: RunRecord): string {
  const location = plan.repository === null ? '' : ` (${shownLocation(plan.repository.location)})`;
  return repository === '' ? '' : ` ${signs.arrow} ${repository}${location}`;
}

function triggerText(run: RunRecord, when: (instant: number) => string): string {
  const { trigger, slotAt, parent, job } = run;
  const node = nodeOf(run) ?? job;
  if (parent !== null) return `part of ${parent}${node === job ? '' : ` as ${node}`}`;
  return slotAt === null ? trigger : `${trigger}, due ${when(slotAt)}`;
}

function statsFacts(stats: NonNullable<RunRecord['stats']>): [string, string][] {
  const stored = stats.bytesStored === undefined ? '' : `, ${formatSize(stats.bytesStored)} stored`;
  const { filesNew, filesChanged, filesUnmodified } = stats;
  return [
    [
      'files',
      `${formatCount(filesNew)} new, ${formatCount(filesChanged)} changed, ${formatCount(filesUnmodified)} unchanged`,
    ],
    ['data', `${formatSize(stats.bytesProcessed)} in all, ${formatSize(stats.bytesAdded)} new${stored}`],
  ];
}

type Report = NonNullable<RunDocument['report']>;

function reportFacts(report: Report, dryRun: boolean, when: (time: string) => string): [string, string][] {
  if (report.kind === 'drill') return drillFacts(report, dryRun);
  const did: Fact = ['did', reportText(report, dryRun)];
  if (report.kind === 'copy') {
    const upTo = Object.entries(report.upTo).map(([job, time]) => `${job} ${when(time)}`);
    return [did, ...(upTo.length === 0 ? [] : [['both up to', upTo.join(', ')] as Fact])];
  }
  if (report.kind !== 'backup') return [did];
  const { base, sinceBase, sinceLast, unchangedSince } = report;
  return [
    ['strategy', `${report.strategy}, ${reportText(report, dryRun)}`],
    ...(unchangedSince === null ? [] : [['unchanged', `since ${unchangedSince}, which made the snapshot`] as Fact]),
    ...(sinceBase === null || base === null
      ? []
      : [['since base', `${changesText(sinceBase)}, from ${when(base.time)}`] as Fact]),
    ...(sinceLast === null ? [] : [['since last', changesText(sinceLast)] as Fact]),
  ];
}

type Fact = [string, string];

const changesText = ({ filesAdded, filesChanged, filesRemoved, bytesAdded }: ChangeTotals): string =>
  `${formatCount(filesAdded)} new, ${formatCount(filesChanged)} changed, ${formatCount(filesRemoved)} gone; +${formatSize(bytesAdded)}`;

const drillFacts = (report: Extract<Report, { kind: 'drill' }>, dryRun: boolean): Fact[] => [
  ['did', reportText(report, dryRun)],
  ...(dryRun ? [] : [['compared', drillProof(report)] as Fact]),
  ...recoveryTexts(report).map((text): Fact => ['recovery', text]),
];

function verifiedFacts({ verification }: RunRecord): [string, string][] {
  if (verification === null) return [];
  const { level, ok, problems, check } = verification;
  return [
    ['verified', ok ? `${level}: sound` : `${level}: ${problems.join('; ')}`],
    ...(check === undefined ? [] : [['', readText(check.read)] as [string, string]]),
    ...(check?.notes ?? []).map((note): [string, string] => ['', note]),
  ];
}

function showProblems(session: Session, run: RunRecord): void {
  const { style } = session.stdout;
  for (const { number, outcome, error } of run.attempts) {
    if (error === null) continue;
    session.say(
      `  attempt ${number} ${outcome ?? 'running'}: ${printable(error.message)} ${style.dim(`[${error.code}]`)}`,
    );
    if (error.hint !== null) session.say(`    ${style.cyan('hint')}: ${printable(error.hint)}`);
  }
  if (run.error !== null && run.attempts.every(({ error }) => error === null)) {
    session.say(`  ${printable(run.error.message)} ${style.dim(`[${run.error.code}]`)}`);
  }
  if (run.report?.kind === 'check') {
    for (const problem of run.report.problems) session.say(`  ${style.red(session.signs.bad)} ${printable(problem)}`);
    for (const advice of run.report.advice) session.say(`  ${style.cyan('advice')}: ${printable(advice)}`);
  }
  if (run.report?.kind === 'drill') showDrill(session, run.report);
  for (const problem of run.hookFailures ?? [])
    session.say(`  ${style.yellow(session.signs.attention)} ${printable(problem)}`);
  for (const suspicion of run.suspicions)
    session.say(`  ${style.yellow(session.signs.attention)} ${printable(suspicion)}`);
  if (run.unreadableCount === 0) return;
  session.say(`  ${formatQuantity(run.unreadableCount, 'file')} could not be read`);
  for (const { path, reason } of run.unreadable.slice(0, listed))
    session.say(`    ${printable(path)}  ${printable(reason)}`);
  if (run.unreadableCount > listed)
    session.say(style.dim(`    and ${formatCount(run.unreadableCount - listed)} more: --json`));
}

/** What went wrong is worth a word in any case, and so is what held a run back: it may be why the run was slow. */
function stepText({ verbosity }: Session, { kind, detail }: StepRecord): string {
  if (verbosity > 0) return printable(JSON.stringify(detail));
  if (kind !== 'throttle') return printable(troubleIn(detail));
  const { limits, because } = throttleDocument(detail as unknown as ThrottleState);
  return printable([throttleText(limits) || 'nothing holds it back', ...because].join('; '));
}

function troubleIn({ problem, trouble, error, ok }: StepRecord['detail']): string {
  const said = [problem, trouble, error].find((each) => typeof each === 'string' && each !== '');
  return typeof said === 'string' ? said : ok === false ? 'damage was found' : '';
}

function showSteps(session: Session, steps: readonly StepRecord[]): void {
  if (steps.length === 0) return;
  session.say('  steps');
  const rows = steps.map((step) => [
    `    ${step.sequence}`,
    `attempt ${step.attempt}`,
    `${step.kind}${typeof step.detail['phase'] === 'string' ? ` ${step.detail['phase']}` : ''} ${step.stage}`,
    timestamp(step.at),
    stepText(session, step),
  ]);
  session.sayTable(
    Array.from({ length: 5 }, () => ({ title: '' })),
    rows,
  );
}
