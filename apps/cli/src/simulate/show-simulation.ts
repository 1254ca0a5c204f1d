import type { Forecast, SimulatedRun } from '@umbracore/runtime/history';
import { waitedMs } from '../doors/history.ts';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import { outcomeWord } from '../output/standing.ts';
import { calendarTime } from '../output/times.ts';
import { runLabels } from '../schedule/run-labels.ts';
import type { Session } from '../session.ts';

/** So many waits, and so many hours of the day, are told. */
const listed = 5;

/** What would run, wait and be left out, and how busy everything would be. */
export function saySimulation(session: Session, known: Forecast, seed: number | undefined): void {
  const { simulation, report } = known;
  const started = simulation.runs.filter(({ startedAt }) => startedAt !== null);
  const when = (instant: number): string => calendarTime(instant, session.now());
  session.say(
    `${when(simulation.from)} to ${when(simulation.until)}: ${formatQuantity(started.length, 'run')}, at most ${report.peak} at the same time`,
  );
  if (session.verbosity > 0) sayRuns(session, simulation.runs);
  sayJobs(session, known);
  sayResources(session, known);
  sayLost(session, known);
  sayWaits(session, known);
  sayBusy(session, known);
  sayGuesses(session, known, seed);
}

const columnsOf = (titles: readonly string[]) =>
  titles.map((title, index) => (index === 0 ? { title } : ({ title, align: 'right' } as const)));

function sayRuns(session: Session, runs: readonly SimulatedRun[]): void {
  const { none } = session.signs;
  const time = (at: number | null): string => (at === null ? none : calendarTime(at, session.now()));
  const rows = runs.map((run) => [
    `  ${run.job}`,
    run.repository || none,
    run.trigger === 'chain' && run.parent === null ? 'another run' : run.trigger,
    time(run.slotAt),
    time(run.startedAt),
    time(run.finishedAt),
    run.outcome === null ? 'waits' : outcomeWord(run.outcome),
    printable(run.because?.text ?? run.held?.text ?? ''),
  ]);
  const titles = ['  run of', 'repository', 'because of', 'due', 'start', 'end', 'outcome', ''];
  session.sayTable(
    titles.map((title) => ({ title })),
    rows,
  );
}

function sayJobs(session: Session, { report, lengths }: Forecast): void {
  const rows = report.jobs.map(({ job, runs, workMs, waitedMs: waited, longestWaitMs }) => {
    const own = lengths.filter((length) => length.job === job);
    const typical =
      [...new Set(own.map(({ typicalMs }) => formatDuration(typicalMs)))].join(', ') || session.signs.none;
    const work = [workMs, waited, longestWaitMs].map((ms) => (ms === 0 ? session.signs.none : formatDuration(ms)));
    return [`  ${job}`, String(runs), typical, ...work];
  });
  session.sayTable(columnsOf(['  job', 'runs', 'each takes', 'work', 'waits', 'longest wait']), rows);
}

function sayResources(session: Session, { report }: Forecast): void {
  if (report.resources.length === 0) return;
  const rows = report.resources.map(({ resource, capacity, peak, share }) => [
    `  ${printable(resource)}`,
    String(capacity),
    String(peak),
    `${(share * 100).toFixed(1)} %`,
  ]);
  session.sayTable(columnsOf(['  shared', 'room', 'most at once', 'busy']), rows);
}

function sayLost(session: Session, { report }: Forecast): void {
  const { stdout, signs } = session;
  for (const { job, outcome, code, count, text } of report.lost) {
    // A branch that a chain does not come to is as it should be.
    const sign = code === 'chain' ? signs.none : stdout.style.yellow(signs.attention);
    const more = count === 1 ? '' : ', such as';
    session.say(`${sign} ${job}: ${count} ${outcome}${more}: ${printable(text)}`);
  }
}

function sayWaits(session: Session, { simulation, report }: Forecast): void {
  if (report.waits.length === 0) return session.say('Nothing waits for anything else.');
  const byId = new Map(simulation.runs.map((run) => [run.id, run]));
  const labelOf = runLabels(simulation.runs);
  session.say(`${formatQuantity(report.waits.length, 'run')} would wait for others; the longest:`);
  for (const run of report.waits.toSorted((one, other) => waitedMs(other) - waitedMs(one)).slice(0, listed)) {
    const others = [...new Set(run.held?.by.flatMap((id) => byId.get(id) ?? []).map(labelOf))].join(', ');
    const wait = `${labelOf(run)} waits ${formatDuration(waitedMs(run))} for ${others || 'room'}`;
    session.say(`  ${calendarTime(run.readyAt, session.now())}  ${printable(`${wait}: ${run.held?.text ?? ''}`)}`);
  }
}

function sayBusy(session: Session, { report }: Forecast): void {
  const hours = report.byHourMs
    .map((ms, hour) => ({ ms, hour }))
    .filter(({ ms }) => ms > 0)
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, listed)
    .map(({ ms, hour }) => `${String(hour).padStart(2, '0')}:00 (${formatDuration(ms)})`);
  if (hours.length > 0) session.say(`Busiest hours of the day: ${hours.join(', ')}.`);
  const [longest] = report.bursts;
  if (longest === undefined) return;
  const tookMs = longest.to - longest.from;
  const bound = longest.bound === 'longest' ? 'the longest run with what comes before it' : longest.bound;
  const ratio = longest.leastMs === 0 ? '' : `: this is ${(tookMs / longest.leastMs).toFixed(2)} times as long`;
  session.say(
    `Longest stretch of work: ${calendarTime(longest.from, session.now())}, ${formatDuration(tookMs)} for ${formatQuantity(longest.runs, 'run')}. ` +
      `No order could need less than ${formatDuration(longest.leastMs)} (${printable(bound)})${ratio}.`,
  );
}

/** What the answer rests on. */
function sayGuesses(session: Session, { lengths }: Forecast, seed: number | undefined): void {
  const guessed = lengths.filter(({ known }) => known === 0);
  const names = [...new Set(guessed.map(({ job }) => job))].join(', ');
  const guess = formatDuration(guessed[0]?.typicalMs ?? 0);
  const rest = guessed.length === 0 ? '' : ` Guessed to take ${guess}, for no run of theirs ended well: ${names}.`;
  const how = seed === undefined ? 'Lengths are the medians of history' : 'Lengths and failures are drawn from history';
  session.notice(`${how}; conditions count as met.${rest}`);
}
