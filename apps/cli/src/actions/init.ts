import { readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import type { RunRecord } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { InitFlags } from '../commands/init.ts';
import { collectAnswers, type Answers } from '../init/answers.ts';
import { proveRestore, type Proof } from '../init/proof.ts';
import { freeConfigFile, setUp, type SetUp } from '../init/set-up.ts';
import {
  eventDocument,
  exitCodes,
  runDocument,
  runExitCode,
  runLengthMs,
  shownLocation,
} from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { progressView } from '../progress/view.ts';
import { tellRun } from '../run/tell-run.ts';
import { tieToSignals } from '../run/under-way.ts';
import type { Session } from '../session.ts';
import { shortPath } from '../output/short-path.ts';

export const action: Action<InitFlags> = async (session, [location], flags) => {
  const configFile = await freeConfigFile(session);
  const answers = await collectAnswers(session, location, flags);
  const made = await setUp(session, configFile, answers, flags);
  await tellSetUp(session, answers, made, flags.adopt === true);
  if (!flags.firstBackup) return finish(session, answers, made, undefined, undefined);
  const run = await firstBackup(session, answers);
  const proof = run?.snapshot === null || run === undefined ? undefined : await prove(session, answers, run.snapshot);
  return finish(session, answers, made, run, proof);
};

/** A line of the report: sign, title, text. */
function tell(session: Session, standing: 'good' | 'attention' | 'bad', title: string, text: string): void {
  const { signs, stdout } = session;
  const { style } = stdout;
  const colour = { good: style.green, attention: style.yellow, bad: style.red }[standing];
  session.say(`${colour(signs[standing])} ${style.bold(title.padEnd(11))} ${printable(text)}`);
}

async function tellSetUp(session: Session, answers: Answers, made: SetUp, adopted: boolean): Promise<void> {
  const { configFile, passwordFile, passwordMade, facts } = made;
  const lines = (await readFile(configFile, 'utf8')).split('\n').length - 1;
  const deed = adopted ? 'opened' : 'created';
  tell(
    session,
    'good',
    'repository',
    `${facts.id.slice(0, 8)} ${deed} at ${shortPath(session, shownLocation(answers.location))}, format ${facts.format}`,
  );
  tell(session, 'good', 'config', `${shortPath(session, configFile)} (${lines} lines)`);
  if (passwordMade) {
    tell(session, 'good', 'password', `64 random characters in ${shortPath(session, passwordFile)}`);
    tell(session, 'attention', 'KEEP A COPY', 'elsewhere: without it the backup is lost with this computer');
  } else tell(session, 'good', 'password', shortPath(session, passwordFile));
  if (answers.backend === 'borg') tell(session, 'attention', 'key', keyAdvice(answers.name));
  const inside = answers.sources.find((source) => answers.location.startsWith(source + sep));
  if (inside !== undefined) tell(session, 'attention', 'source', `${inside} holds the repository itself: exclude it`);
}

/** The password alone opens nothing where that key is lost. */
const keyAdvice = (name: string): string =>
  `inside the repository; umbra repo kit ${name} says how to keep a copy of it too`;

async function firstBackup(session: Session, { name }: Answers): Promise<RunRecord | undefined> {
  const runtime = await session.runtime();
  const { coordinator, events } = runtime;
  using _tied = tieToSignals(runtime, session.interrupt);
  const view = session.json ? undefined : progressView(session);
  using _events = events.onAny((event) => view?.show(eventDocument(event)));
  const handle = coordinator.runBackupJob(name, {
    trigger: 'manual',
    verifyAfterCompletion: true,
    signal: session.interrupt.signal,
  });
  try {
    return (await handle).record;
  } finally {
    view?.close();
  }
}

async function prove(session: Session, { name }: Answers, snapshot: string): Promise<Proof> {
  const { repositories, configuration, paths } = await session.runtime();
  const { signal } = session.interrupt;
  const backend = await repositories.backend(repositoryNamed(configuration, name), signal);
  return proveRestore(backend, snapshot, paths.scratchDir, signal);
}

function finish(
  session: Session,
  answers: Answers,
  { configFile, passwordFile, facts }: SetUp,
  run: RunRecord | undefined,
  proof: Proof | undefined,
): number {
  const differs = proof !== undefined && proof.different.length > 0;
  const exitCode = differs
    ? exitCodes.differs
    : run === undefined
      ? exitCodes.done
      : (runExitCode(run) ?? exitCodes.failed);
  if (session.json) {
    session.document('init', {
      config: configFile,
      passwordFile,
      repository: { name: answers.name, location: shownLocation(answers.location), id: facts.id, format: facts.format },
      job: answers.name,
      run: run === undefined ? null : runDocument(run),
      proof: proof ?? null,
      exitCode,
    });
    return exitCode;
  }
  if (run !== undefined) tellBackup(session, run);
  if (proof !== undefined) tellProof(session, proof);
  tellNext(session, answers, run);
  return exitCode;
}

function tellBackup(session: Session, run: RunRecord): void {
  const { stats, snapshot, state } = run;
  if (stats === null || snapshot === null || state !== 'succeeded') return tellRun(session, runDocument(run));
  const took = formatDuration(runLengthMs(run) ?? stats.durationMs);
  const amount = `${formatQuantity(stats.filesProcessed, 'file')}, ${formatSize(stats.bytesProcessed)} in ${took}`;
  const verified = run.verification?.ok === true ? ', verified' : '';
  tell(session, 'good', 'backup', `${amount} ${session.signs.arrow} snapshot ${snapshot.slice(0, 8)}${verified}`);
}

function tellProof(session: Session, { files, bytes, different, changed }: Proof): void {
  const amount = `${formatQuantity(files, 'file')}, ${formatSize(bytes)}, restored and compared`;
  if (different.length > 0)
    return tell(session, 'bad', 'proof', `${amount}: ${different.length} DIFFER, such as ${different[0] ?? ''}`);
  const since = changed.length === 0 ? '' : ` (${changed.length} changed since)`;
  tell(session, 'good', 'proof', `${amount}: identical${since}`);
}

function tellNext(session: Session, { name, schedule }: Answers, run: RunRecord | undefined): void {
  session.say();
  if (run === undefined) session.say(`Next: umbra run ${name}`);
  session.say('How it stands:  umbra status');
  if (schedule === undefined) return;
  session.say(`To have it run ${schedule}:  umbra daemon install`);
  session.say('Or without a daemon:  umbra schedule install');
}
