import type { CheckScope, Configuration, Progress, RepositoryDefinition } from '@umbracore/contracts';
import type { KnownCoverage } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { VerifyFlags } from '../commands/verify.ts';
import { careByDaemon } from '../daemon/care-by-daemon.ts';
import { daemonFor } from '../daemon/find-daemon.ts';
import { checkLacking, verifyRepository } from '../doors/repositories.ts';
import { entriesAt } from '../doors/restore.ts';
import { readText } from '../output/coverage-text.ts';
import { printable } from '../output/printable.ts';
import { withView } from '../progress/operation-view.ts';
import { findSnapshot } from '../refs/find-snapshot.ts';
import type { Session } from '../session.ts';
import { closest, toUmbraError, UmbraError } from '@umbracore/contracts';
import {
  exitCodes,
  percentOf,
  timestamp,
  verifyDocument,
  worstOf,
  type VerifyDocument,
} from '@umbracore/runtime/documents';
import { knownCoverage, mendCommand, repositoryNamed } from '@umbracore/runtime/history';

export const action: Action<VerifyFlags> = async (session, [target], flags) => {
  const { read, structureOnly = false, restoreTest } = flags;
  if (restoreTest !== undefined || flags.status === true) refuseRef(target, flags);
  if (flags.status === true) return showStatus(session, target);
  const wanted = scopeOf(read, structureOnly);
  // With a daemon nothing needs to be wired here.
  const { configuration } = await (daemonFor(session) === undefined ? session.runtime() : session.history());
  const repositories = await repositoriesFor(session, configuration, target);
  const codes: number[] = [];
  for (const repository of repositories) {
    const wish = { scope: wanted, isTried: restoreTest !== undefined };
    codes.push(await verifyOne(session, configuration, repository, wish));
    if (restoreTest === undefined) continue;
    const test = await import('../verify/restore-test.ts');
    const files = restoreTest === 'some' ? undefined : restoreTest;
    const tried = { files, job: backupNamed(configuration, target) };
    codes.push(await test.restoreTest(session, await session.runtime(), repository, tried));
  }
  return worstOf(codes);
};

async function showStatus(session: Session, target: string | undefined): Promise<number> {
  const runtime = await session.runtime();
  const repositories = await repositoriesFor(session, runtime.configuration, target);
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
function backupNamed(configuration: Configuration, target: string | undefined): string | undefined {
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
  configuration: Configuration,
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
  const { style } = session.stdout;
  const all = `all ${entries.length} entries of its tree could be read`;
  session.done(`${style.bold('snapshot')}  ${snapshot.shortId}: ${all}`);
  return [repository];
}

interface Wish {
  readonly scope: CheckScope | undefined;
  /** Whether files are restored by way of trial besides. */
  readonly isTried: boolean;
}

async function verifyOne(
  session: Session,
  configuration: Configuration,
  repository: RepositoryDefinition,
  { scope, isTried }: Wish,
): Promise<number> {
  try {
    const found = await withView(session, `verifying ${repository.name}`, (report) =>
      look(session, repository, scope, report),
    );
    tell(session, configuration, found);
    return found.exitCode;
  } catch (thrown) {
    const error = toUmbraError(thrown);
    if (session.interrupt.signal.aborted) throw error;
    // Its files are tried next, which says as much.
    if (isTried && error.message === checkLacking(repository).message) {
      session.notice(error.message);
      return exitCodes.done;
    }
    session.problem(error);
    return error.exitCode;
  }
}

/** By the daemon if there is one, else here. */
async function look(
  session: Session,
  repository: RepositoryDefinition,
  scope: CheckScope | undefined,
  report: (progress: Progress) => void,
): Promise<Omit<VerifyDocument, 'schema'>> {
  const { name } = repository;
  const path = `/v1/repositories/${encodeURIComponent(name)}/verify`;
  const body = scope === undefined ? {} : { read: percentOf(scope) };
  const answered = await careByDaemon<VerifyDocument>(session, { path, body, report });
  if (answered !== undefined) return answered;
  const { signal } = session.interrupt;
  return verifyDocument(name, await verifyRepository(await session.runtime(), repository, scope, { signal, report }));
}

function tell(session: Session, configuration: Configuration, found: VerifyDocument): void {
  if (session.json) {
    const event = { type: 'verify.finished', ...found };
    return session.stdout.line(JSON.stringify({ schema: 'umbra.event/1', ...event, time: timestamp(session.now()) }));
  }
  const { repository: name, read, sound, problems, advice, check } = found;
  const { style } = session.stdout;
  for (const note of check?.notes ?? []) session.say(`  ${printable(note)}`);
  const isNew = check === null ? '' : `; without restic: ${readText(check.read)}`;
  if (sound) return session.done(`${style.bold(name)}  ${sentence(read)}${isNew}`);
  session.say(`${style.red(session.signs.bad)} ${style.bold(name)}  damage was found`);
  for (const problem of problems) session.say(`    ${printable(problem)}`);
  for (const line of advice) session.say(`    ${style.cyan('hint')}: ${printable(line)}`);
  const mend = mendCommand(configuration.jobs.values(), repositoryNamed(configuration, name));
  if (mend !== undefined) session.say(`    ${style.cyan('to mend it')}: ${mend}`);
}

function sentence(read: number): string {
  if (read === 0) return 'structure is sound; no data was read';
  if (read === 100) return 'structure is sound, all data was read and is sound';
  return `structure is sound, ${read} % of the data was read and is sound`;
}
