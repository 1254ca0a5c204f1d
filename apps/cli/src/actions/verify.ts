import type { CheckScope, Progress, RepositoryDefinition } from '@umbracore/contracts';
import type { KnownCoverage, Runtime, Verification } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { VerifyFlags } from '../commands/verify.ts';
import { checkLacking, verifyRepository } from '../doors/repositories.ts';
import { entriesAt } from '../doors/restore.ts';
import { readText } from '../output/coverage-text.ts';
import { printable } from '../output/printable.ts';
import { operationView } from '../progress/operation-view.ts';
import { findSnapshot } from '../refs/find-snapshot.ts';
import type { Session } from '../session.ts';
import { closest, toUmbraError, UmbraError } from '@umbracore/contracts';
import { exitCodes, timestamp, verifyDocument, worstOf } from '@umbracore/runtime/documents';
import { knownCoverage, mendCommand, repositoryNamed } from '@umbracore/runtime/history';

export const action: Action<VerifyFlags> = async (session, [target], flags) => {
  const { read, structureOnly = false, restoreTest } = flags;
  if (restoreTest !== undefined || flags.status === true) refuseRef(target, flags);
  const runtime = await session.runtime();
  if (flags.status === true) return showStatus(session, runtime, await repositoriesFor(session, runtime, target));
  const wanted = scopeOf(read, structureOnly);
  const repositories = await repositoriesFor(session, runtime, target);
  const codes: number[] = [];
  for (const repository of repositories) {
    codes.push(await verifyOne(session, runtime, repository, { scope: wanted, isTried: restoreTest !== undefined }));
    if (restoreTest === undefined) continue;
    const test = await import('../verify/restore-test.ts');
    const wish = { files: restoreTest === 'some' ? undefined : restoreTest, job: backupNamed(runtime, target) };
    codes.push(await test.restoreTest(session, runtime, repository, wish));
  }
  return worstOf(codes);
};

async function showStatus(
  session: Session,
  runtime: Runtime,
  repositories: readonly RepositoryDefinition[],
): Promise<number> {
  const known: KnownCoverage[] = [];
  for (const each of repositories) known.push(await knownCoverage(runtime, each, session.interrupt.signal));
  const { showCoverage } = await import('../verify/show-coverage.ts');
  return showCoverage(session, known);
}

function refuseRef(target: string | undefined, { status }: VerifyFlags): void {
  if (target === undefined || !isRef(target)) return;
  const flag = status === true ? '--status' : '--restore-test';
  throw new UmbraError('usage.invalid', `${flag} takes a repository or a job, and no ref`, {
    hint: `To see that a snapshot comes back whole, restore it: umbra restore ${target} --to DIR --verify`,
  });
}

/** The job whose snapshots alone are meant. */
function backupNamed({ configuration }: Runtime, target: string | undefined): string | undefined {
  if (target === undefined || configuration.repositories.has(target)) return undefined;
  return configuration.jobs.get(target)?.kind === 'backup' ? target : undefined;
}

const isRef = (target: string): boolean => /@|:|^latest$|^[0-9a-f]{8,}$/.test(target);

/** Undefined where nothing was said. */
function scopeOf(read: number | undefined, structureOnly: boolean): CheckScope | undefined {
  if (structureOnly && read !== undefined) {
    throw new UmbraError('usage.invalid', '--structure-only and --read exclude each other', {
      hint: 'Give one of them.',
    });
  }
  if (structureOnly) return { type: 'structure' };
  if (read === undefined) return undefined;
  return read === 100 ? { type: 'all' } : { type: 'percent', percent: read };
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

interface Wish {
  readonly scope: CheckScope | undefined;
  /** Whether files are restored by way of trial besides. */
  readonly isTried: boolean;
}

async function verifyOne(
  session: Session,
  runtime: Runtime,
  repository: RepositoryDefinition,
  { scope: wanted, isTried }: Wish,
): Promise<number> {
  const view = operationView(session, `verifying ${repository.name}`);
  try {
    const { signal } = session.interrupt;
    const { supports } = await runtime.repositories.backend(repository, signal);
    if (isTried && !supports.has('check')) return withoutCheck(session, view, repository);
    const report = (progress: Progress) => view.show(progress);
    const found = await verifyRepository(runtime, repository, wanted, { signal, report });
    view.close();
    tell(session, runtime, repository, found);
    return found.report.sound ? exitCodes.done : exitCodes.damage;
  } catch (thrown) {
    view.close();
    const error = toUmbraError(thrown);
    if (error.code === 'run.cancelled') throw error;
    session.problem(error);
    return error.exitCode;
  }
}

/** Its files are tried next, which says as much. */
function withoutCheck(session: Session, view: { close(): void }, repository: RepositoryDefinition): number {
  view.close();
  session.notice(checkLacking(repository).message);
  return exitCodes.done;
}

function tell(
  session: Session,
  { clock, configuration }: Runtime,
  { name }: RepositoryDefinition,
  found: Verification,
): void {
  if (session.json) {
    const event = { type: 'verify.finished', ...verifyDocument(name, found) };
    return session.stdout.line(JSON.stringify({ schema: 'umbra.event/1', ...event, time: timestamp(clock.now()) }));
  }
  const { scope, report, remembered } = found;
  const { sound, problems, advice } = report;
  const { style } = session.stdout;
  for (const note of remembered?.notes ?? []) session.say(`  ${printable(note)}`);
  const isNew = remembered === undefined ? '' : `; without restic: ${readText(remembered.read)}`;
  if (sound) return session.say(good(session, name, `${sentence(scope)}${isNew}`));
  session.say(`${style.red(session.signs.bad)} ${style.bold(name)}  damage was found`);
  for (const problem of problems) session.say(`    ${printable(problem)}`);
  for (const line of advice) session.say(`    ${style.cyan('hint')}: ${printable(line)}`);
  session.say(`    ${style.cyan('to mend it')}: ${mendCommand(configuration.jobs.values(), name)}`);
}

const good = ({ signs, stdout: { style } }: Session, name: string, text: string): string =>
  `${style.green(signs.good)} ${style.bold(name)}  ${text}`;

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
