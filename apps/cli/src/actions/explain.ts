import type { Configuration, JobDefinition, ReasonCode } from '@umbracore/contracts';
import type { Decision, Reason } from '@umbracore/runtime';
import {
  explainDocument,
  explainExitCode,
  releaseOf,
  throttleOverviewDocument,
  worstOf,
  type Explained,
  type ThrottleOverviewDocument,
} from '@umbracore/runtime/documents';
import { jobNamed, throttleOverview, type ThrottleSources } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { ExplainFlags } from '../commands/explain.ts';
import { printable } from '../output/printable.ts';
import { colouredSign } from '../output/standing.ts';
import { throttleText } from '../output/throttle-text.ts';
import { dayTime, withDayTimes } from '../output/times.ts';
import { displayWidth, padEnd } from '../output/width.ts';
import type { Session } from '../session.ts';

/** Prints the same decision that a run is started by, for each repository of the job. */
export const action: Action<ExplainFlags> = async (session, [name = ''], { at }) => {
  const runtime = await session.runtime();
  const { coordinator, configuration } = runtime;
  const job = jobNamed(configuration, name);
  const explain = async (repository: string): Promise<Explained> => ({
    repository,
    decision: await coordinator.explain(job.id, at === undefined ? undefined : new Date(at), repository),
  });
  const [first = '', ...more] = job.repositories;
  const explained: [Explained, ...Explained[]] = [await explain(first)];
  for (const repository of more) explained.push(await explain(repository));
  const throttle = at === undefined ? await throttleNow(runtime, job.id) : null;
  if (session.json) session.document('explain', explainDocument(job.id, explained, throttle));
  else {
    for (const each of explained) sayOne(session, job.id, each, at);
    if (throttle !== null) sayThrottle(session, throttle);
    sayChains(session, job, configuration);
  }
  return worstOf(explained.map(({ decision }) => explainExitCode(decision)));
};

/** What a run of the job waits for. */
const waits: Readonly<Record<ReasonCode, string>> = {
  due: 'not due',
  after: 'not due',
  window: 'waits for its window',
  condition: 'waits for a condition',
  resource: 'waits until there is room',
  retry: 'waits for its next try',
  settling: 'waits until the machine has woken up',
  enabled: 'waits',
  overlap: 'waits',
  sources: 'waits',
  'catch-up': 'waits',
  superseded: 'waits',
  chain: 'waits',
  hook: 'waits',
};

const isUnmet = ({ reasons }: Decision, code: ReasonCode): boolean =>
  reasons.some((reason) => reason.code === code && !reason.ok);

function verdictText(decision: Decision): string {
  const { verdict } = decision;
  // Another run is in its way only when its time comes.
  const notDue = isUnmet(decision, 'due') || isUnmet(decision, 'after') ? 'not due, and ' : '';
  switch (verdict.type) {
    case 'start':
      return 'starts';
    case 'wait':
      return waits[verdict.code];
    case 'skip':
      if (verdict.code === 'enabled') return 'disabled';
      return verdict.outcome === 'missed' ? 'too late: it would be missed' : `${notDue}would be skipped`;
    case 'blocked':
      return `${notDue}blocked by another run`;
    case 'cancel-other':
      return notDue === '' ? 'starts once the run under way is cancelled' : `${notDue}would cancel the run under way`;
  }
}

function sayOne(session: Session, job: string, { repository, decision }: Explained, at: number | undefined): void {
  const { stdout, signs } = session;
  const { style } = stdout;
  const { reasons } = decision;
  const shown = (text: string): string => printable(withDayTimes(text, session.now()));
  const where = repository === '' ? '' : ` ${signs.arrow} ${repository}`;
  const when = at === undefined ? 'now' : dayTime(at, session.now());
  session.say(`${style.bold(job)}${where}  ${when}: ${verdictText(decision)}`);
  const width = Math.max(...reasons.map(({ code }) => displayWidth(code)));
  for (const reason of reasons) {
    session.say(`  ${signOf(session, reason)} ${style.dim(padEnd(reason.code, width))}  ${shown(reason.text)}`);
  }
  const release = releaseOf(job, decision);
  if (release !== null) session.say(shown(release));
}

/** That its time has not come speaks neither for a job nor against it. */
function signOf(session: Session, { code, ok }: Reason): string {
  if (ok) return colouredSign(session, 'good');
  return colouredSign(session, code === 'due' || code === 'after' ? undefined : 'bad');
}

async function throttleNow(runtime: ThrottleSources, job: string): Promise<ThrottleOverviewDocument> {
  const { runs, jobs } = await throttleOverview(runtime, job);
  return throttleOverviewDocument(runs, jobs);
}

/** Why a run that is under way is slow, or one that began now would be. */
function sayThrottle(session: Session, { runs, jobs }: ThrottleOverviewDocument): void {
  const told = [
    ...runs.map((run) => ({ what: `Run ${run.id} is held back`, ...run })),
    ...(runs.length > 0 ? [] : jobs).map((job) => ({ what: 'A run would be held back', ...job })),
  ];
  for (const { what, limits, because } of told) {
    const text = throttleText(limits);
    if (text !== '') session.say(printable(`${what}: ${[text, ...because].join('; ')}.`));
  }
}

/** A job without a schedule of its own may still run every night. */
function sayChains(session: Session, job: JobDefinition, { jobs }: Configuration): void {
  const chains = [...jobs.values()].filter(
    (chain) => chain.kind === 'chain' && chain.nodes.some((node) => node.job === job.id),
  );
  if (chains.length > 0) session.say(`A step of ${chains.map(({ id }) => id).join(', ')}.`);
}
