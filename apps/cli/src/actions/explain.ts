import { explainDocument, explainExitCode, releaseOf, worstOf, type Explained } from '@umbracore/runtime/documents';
import { jobNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { ExplainFlags } from '../commands/explain.ts';
import { printable } from '../output/printable.ts';
import { dayTime, withDayTimes } from '../output/times.ts';
import { displayWidth, padEnd } from '../output/width.ts';
import type { Session } from '../session.ts';

/** Prints the same decision that a run is started by, for each repository of the job. */
export const action: Action<ExplainFlags> = async (session, [name = ''], { at }) => {
  const { coordinator, configuration } = await session.runtime();
  const job = jobNamed(configuration, name);
  const explain = async (repository: string): Promise<Explained> => ({
    repository,
    decision: await coordinator.explain(job.id, at === undefined ? undefined : new Date(at), repository),
  });
  const [first = '', ...more] = job.repositories;
  const explained: [Explained, ...Explained[]] = [await explain(first)];
  for (const repository of more) explained.push(await explain(repository));
  if (session.json) session.document('explain', explainDocument(job.id, explained));
  else for (const each of explained) sayOne(session, job.id, each, at);
  return worstOf(explained.map(({ decision }) => explainExitCode(decision)));
};

const verdicts = {
  start: 'starts',
  wait: 'does not run: it waits',
  skip: 'does not run: it would be skipped',
  blocked: 'does not run: another run has to end first',
  'cancel-other': 'starts, once the run under way is cancelled',
} as const;

function sayOne(session: Session, job: string, { repository, decision }: Explained, at: number | undefined): void {
  const { stdout, signs } = session;
  const { style } = stdout;
  const { verdict, reasons } = decision;
  const shown = (text: string): string => printable(withDayTimes(text, session.now()));
  const where = repository === '' ? '' : ` ${signs.arrow} ${repository}`;
  const when = at === undefined ? 'now' : dayTime(at, session.now());
  session.say(`${style.bold(job)}${where}  ${when}: ${verdicts[verdict.type]}`);
  const width = Math.max(...reasons.map(({ code }) => displayWidth(code)));
  for (const { code, ok, text } of reasons) {
    const sign = ok ? style.green(signs.good) : style.red(signs.bad);
    session.say(`  ${sign} ${style.dim(padEnd(code, width))}  ${shown(text)}`);
  }
  const release = releaseOf(job, verdict);
  if (release !== null) session.say(shown(release));
}
