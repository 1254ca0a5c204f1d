import type { CheckReport, CheckScope, Progress, RepositoryDefinition } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { VerifyFlags } from '../commands/verify.ts';
import { printable } from '../output/printable.ts';
import { operationView } from '../progress/operation-view.ts';
import { findSnapshot } from '../refs/find-snapshot.ts';
import { entriesAt } from '../refs/path-inside.ts';
import type { Session } from '../session.ts';
import { closest, toUmbraError, UmbraError } from '@umbracore/contracts';
import { exitCodes, timestamp, worstOf } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';

/** Small enough for every week, and after forty of them everything was read once on average. */
const defaultPercent = 2.5;

export const action: Action<VerifyFlags> = async (session, [target], { read, structureOnly = false, restoreTest }) => {
  if (restoreTest !== undefined) refuseRef(target);
  const runtime = await session.runtime();
  const scope = scopeOf(read, structureOnly);
  const repositories = await repositoriesFor(session, runtime, target);
  const codes: number[] = [];
  for (const repository of repositories) {
    codes.push(await verifyOne(session, runtime, repository, scope));
    if (restoreTest === undefined) continue;
    const test = await import('../verify/restore-test.ts');
    const wish = { files: restoreTest === 'some' ? undefined : restoreTest, job: backupNamed(runtime, target) };
    codes.push(await test.restoreTest(session, runtime, repository, wish));
  }
  return worstOf(codes);
};

function refuseRef(target: string | undefined): void {
  if (target === undefined || !isRef(target)) return;
  throw new UmbraError('usage.invalid', '--restore-test takes a repository or a job, and no ref', {
    hint: `To see that a snapshot comes back whole, restore it: umbra restore ${target} --to DIR --verify`,
  });
}

/** The job whose snapshots alone are meant. */
function backupNamed({ configuration }: Runtime, target: string | undefined): string | undefined {
  if (target === undefined || configuration.repositories.has(target)) return undefined;
  return configuration.jobs.get(target)?.kind === 'backup' ? target : undefined;
}

const isRef = (target: string): boolean => /@|:|^latest$|^[0-9a-f]{8,}$/.test(target);

function scopeOf(read: number | undefined, structureOnly: boolean): CheckScope {
  if (structureOnly && read !== undefined) {
    throw new UmbraError('usage.invalid', '--structure-only and --read exclude each other', {
      hint: 'Give one of them.',
    });
  }
  if (structureOnly) return { type: 'structure' };
  return read === 100 ? { type: 'all' } : { type: 'percent', percent: read ?? defaultPercent };
}

/** The repositories behind a name: one of them, those of a job, the one that holds a ref's snapshot, or all. */
async function repositoriesFor(
  session: Session,
  { configuration }: Runtime,
  target: string | undefined,
): Promise<readonly RepositoryDefinition[]> {
  if (target === undefined) return [...configuration.repositories.values()];
  const job = configuration.jobs.get(target);
  if (job !== undefined && !configuration.repositories.has(target)) {
    return job.repositories.map((name) => repositoryNamed(configuration, name));
  }
  if (!isRef(target)) {
    const found = configuration.repositories.get(target);
    if (found !== undefined) return [found];
    const names = [...configuration.repositories.keys(), ...configuration.jobs.keys()];
    const near = closest(target, names);
    throw new UmbraError('usage.unknown-repository', `there is no repository or job "${target}", and it is no ref`, {
      hint: near === undefined ? 'See what there is: umbra repo list, umbra job list.' : `Did you mean ${near}?`,
    });
  }
  const { backend, snapshot, repository, ref } = await findSnapshot(session, target);
  const { entries } = await entriesAt(backend, snapshot, ref.path, { signal: session.interrupt.signal });
  session.say(
    good(session, 'snapshot', `${snapshot.shortId}: all ${entries.length} entries of its tree could be read`),
  );
  return [repository];
}

async function verifyOne(
  session: Session,
  runtime: Runtime,
  repository: RepositoryDefinition,
  scope: CheckScope,
): Promise<number> {
  const view = operationView(session, `verifying ${repository.name}`);
  try {
    const { signal } = session.interrupt;
    const backend = await runtime.repositories.backend(repository, signal);
    const report = await backend.check(scope, { signal, report: (progress: Progress) => view.show(progress) });
    view.close();
    tell(session, runtime, repository, scope, report);
    return report.sound ? exitCodes.done : exitCodes.damage;
  } catch (thrown) {
    view.close();
    const error = toUmbraError(thrown);
    if (error.code === 'run.cancelled') throw error;
    session.problem(error);
    return error.exitCode;
  }
}

function tell(
  session: Session,
  { clock }: Runtime,
  { name }: RepositoryDefinition,
  scope: CheckScope,
  { sound, problems, advice }: CheckReport,
): void {
  const exitCode = sound ? exitCodes.done : exitCodes.damage;
  if (session.json) {
    const percent = percentOf(scope);
    const event = { type: 'verify.finished', repository: name, sound, exitCode, read: percent, problems, advice };
    return session.stdout.line(JSON.stringify({ schema: 'umbra.event/1', ...event, time: timestamp(clock.now()) }));
  }
  const { style } = session.stdout;
  if (sound) return session.say(good(session, name, sentence(scope)));
  session.say(`${style.red(session.signs.bad)} ${style.bold(name)}  damage was found`);
  for (const problem of problems) session.say(`    ${printable(problem)}`);
  for (const line of advice) session.say(`    ${style.cyan('hint')}: ${printable(line)}`);
}

const good = ({ signs, stdout: { style } }: Session, name: string, text: string): string =>
  `${style.green(signs.good)} ${style.bold(name)}  ${text}`;

const percentOf = (scope: CheckScope): number =>
  scope.type === 'all' ? 100 : scope.type === 'percent' ? scope.percent : 0;

function sentence(scope: CheckScope): string {
  switch (scope.type) {
    case 'structure':
      return 'structure is sound; no data was read';
    case 'all':
      return 'structure is sound, all data was read and is sound';
    case 'part':
      return `structure is sound, part ${scope.part} of ${scope.of} of the data was read and is sound`;
    case 'percent':
      return `structure is sound, ${scope.percent} % of the data was read and is sound`;
  }
}
