import { UmbraError, type ThrottleWish, type ThrottleWords } from '@umbracore/contracts';
import { throttleOverviewDocument, type ThrottleOverviewDocument } from '@umbracore/runtime/documents';
import { jobNamed, runsToThrottle, throttledRun, throttleOverview } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { ThrottleFlags } from '../commands/throttle.ts';
import { printable } from '../output/printable.ts';
import { colouredSign } from '../output/standing.ts';
import { throttleText } from '../output/throttle-text.ts';
import { titleOf } from '../progress/sentences.ts';
import type { Session } from '../session.ts';

export const show: Action<object> = async (session, [name]) => {
  const runtime = await session.runtime();
  if (name !== undefined && !name.startsWith('r-')) jobNamed(runtime.configuration, name);
  if (name?.startsWith('r-') === true) await runsToThrottle(runtime, name);
  const { runs, jobs } = await throttleOverview(runtime, name);
  answer(session, throttleOverviewDocument(runs, jobs));
  if (runs.length === 0 && jobs.length === 0) session.say('Nothing runs, and no job or repository has a `throttle`.');
};

export const set: Action<ThrottleFlags> = async (session, [name = ''], flags) => {
  const words = wordsOf(flags);
  const runtime = await session.runtime();
  const { throttling } = runtime.coordinator;
  const records = await runsToThrottle(runtime, name);
  const runs = await Promise.all(
    records.map(async (record) => {
      await throttling.set(record.id, words === null ? null : { ...throttling.wishFor(record.id), ...words });
      return await throttledRun(runtime, record);
    }),
  );
  const document = throttleOverviewDocument(runs, []);
  const isDone = document.runs.every(({ unapplied }) => unapplied.length === 0);
  if (session.json || session.verbosity >= 0 || !isDone) answer(session, document);
};

/** Throws `usage.invalid` where nothing, or its opposite too, was asked for. */
function wordsOf({ pause, resume, auto, cpu, upload, download, ...rest }: ThrottleFlags): ThrottleWish {
  const words: ThrottleWords = {
    ...rest,
    ...(cpu === undefined ? {} : { cpuShare: cpu === 100 ? null : cpu / 100 }),
    ...(upload === undefined ? {} : { uploadBytesPerSecond: upload === 'unlimited' ? null : upload }),
    ...(download === undefined ? {} : { downloadBytesPerSecond: download === 'unlimited' ? null : download }),
    ...(pause === true ? { paused: true } : resume === true ? { paused: false } : {}),
  };
  const count = Object.keys(words).length;
  if (pause === true && resume === true)
    throw contradiction('--pause and --resume contradict each other', 'Choose one.');
  if (auto === true && count > 0)
    throw contradiction('--auto leaves everything to the policies', 'Use it without other options.');
  if (auto !== true && count === 0)
    throw contradiction('there is nothing to set', 'Say what: --upload 2MiB/s, --pause, or --auto.');
  return auto === true ? null : words;
}

const contradiction = (message: string, hint: string): UmbraError => new UmbraError('usage.invalid', message, { hint });

const verdictWords: Readonly<Record<string, string>> = { holds: 'holds now', clear: 'does not hold' };

function answer(session: Session, document: ThrottleOverviewDocument): void {
  if (session.json) return session.document('throttle', document);
  const { stdout, signs } = session;
  const { style } = stdout;
  for (const run of document.runs) {
    const text = throttleText(run.limits) || 'nothing holds it back';
    session.say(`${titleOf(run, signs, style)}  ${style.dim(run.id)}  ${run.state}: ${printable(text)}`);
    for (const reason of run.because) session.say(`  ${style.dim('because')}  ${printable(reason)}`);
    for (const reason of run.unapplied) session.say(`  ${style.yellow(signs.attention)} ${printable(reason)}`);
  }
  for (const job of document.jobs) {
    const text = throttleText(job.limits) || 'nothing would hold it back';
    session.say(`${titleOf(job, signs, style)}  a run that begins now: ${printable(text)}`);
    for (const { of, sensor, options, verdict, text: seen } of job.sensors) {
      const sign = colouredSign(session, verdict === 'holds' ? 'attention' : undefined);
      const rule = `${sensor}: ${typeof options === 'string' ? options : JSON.stringify(options)}`;
      session.say(
        `  ${sign} ${printable(rule)}  ${verdictWords[verdict] ?? 'not known'}  ${style.dim(printable(`${seen} (${of})`))}`,
      );
    }
  }
}
