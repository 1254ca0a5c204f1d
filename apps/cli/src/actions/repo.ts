import { shortPath } from '../output/short-path.ts';
import type { LockVerdict, RepositoryDefinition, RepositoryHealth } from '@umbracore/contracts';
import type { RepositoryLook } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { CreateFlags } from '../commands/repo.ts';
import { createRepository, removeDeadLocks } from '../doors/repositories.ts';
import {
  createdDocument,
  exitCodes,
  repositoriesDocument,
  repositoryLookDocument,
  shownLocation,
  unlockDocument,
} from '@umbracore/runtime/documents';
import { lookAtRepository, mendCommand, repositoryNamed } from '@umbracore/runtime/history';
import { coverageText } from '../output/coverage-text.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { relativeTime } from '../output/times.ts';
import { tellDoubts } from '../progress/tell-doubts.ts';
import { commandThatUnlocks } from '../repo/command-that-unlocks.ts';
import type { Session } from '../session.ts';

type NoFlags = object;

export const list: Action<NoFlags> = async (session) => {
  const { configuration } = await session.history();
  const document = repositoriesDocument(configuration);
  if (session.json) return session.document('repositories', document);
  const { repositories } = document;
  if (repositories.length === 0) return session.notice('No repositories yet. Set one up: umbra init');
  const rows = repositories.map(({ name, backend, location, jobs }) => [
    name,
    backend,
    printable(location),
    jobs.join(', '),
  ]);
  session.sayTable([{ title: 'repository' }, { title: 'backend' }, { title: 'location' }, { title: 'jobs' }], rows);
};

export const create: Action<CreateFlags> = async (session, [name = ''], { sameChunkerAs }) => {
  const runtime = await session.runtime();
  const definition = repositoryNamed(runtime.configuration, name);
  const { signal } = session.interrupt;
  const created = await createRepository(runtime, definition, { sameChunkerAs }, { signal });
  if (session.json) return session.document('repository', createdDocument(definition, created));
  const { facts, passwordFile } = created;
  const password = passwordFile === undefined ? [] : [`its password is in ${printable(passwordFile)}, mode 0600`];
  session.done(`${name} ${facts.id.slice(0, 8)} created, format ${facts.format}`, ...password);
  // What the backend of a plug-in makes of it is not known here.
  const isKey = ['restic', 'borg'].includes(definition.backend);
  session.notice(
    `Keep a copy of its password somewhere else${isKey ? ': without it nobody can read the repository' : ', if its backend encrypts'}.`,
  );
  if (definition.backend === 'borg')
    session.notice(`And one of its key, which is inside the repository: umbra repo kit ${name} says how.`);
};

export const show: Action<NoFlags> = async (session, [name = '']) => {
  const runtime = await session.runtime();
  const { configuration } = runtime;
  const definition = repositoryNamed(configuration, name);
  const look = await lookAtRepository(runtime, definition, { signal: session.interrupt.signal });
  if (session.json) session.document('repository', repositoryLookDocument(definition, look));
  else showHealth(session, definition, { ...look, mend: mendCommand(configuration.jobs.values(), definition) });
  const { health, damage } = look;
  return health.state === 'ready' && damage !== undefined ? exitCodes.damage : exitCodeOf(health);
};

export const unlock: Action<NoFlags> = async (session, [name = '']) => {
  const runtime = await session.runtime();
  const definition = repositoryNamed(runtime.configuration, name);
  using _doubts = tellDoubts(session, runtime);
  const report = await removeDeadLocks(runtime, definition, { signal: session.interrupt.signal });
  const document = unlockDocument(name, report);
  const { removed, left } = document;
  if (session.json) session.document('unlock', document);
  else {
    showLocks(session, report.verdicts);
    const kept = left === 0 ? '' : `, ${left} kept: not provably abandoned`;
    session.say(
      report.verdicts.length === 0 ? `${name} has no locks.` : `${formatQuantity(removed, 'lock')} removed${kept}.`,
    );
    const byHand = commandThatUnlocks(definition, report.verdicts);
    if (byHand !== undefined)
      session.say(`If you know that nobody works on it anywhere, this removes all of them: ${byHand}`);
  }
  return left === 0 ? exitCodes.done : 11;
};

function exitCodeOf({ state }: RepositoryHealth): number {
  switch (state) {
    case 'ready':
      return exitCodes.done;
    case 'absent':
      return 10;
    case 'busy':
      return 11;
    case 'wrong-password':
      return 12;
    case 'unreachable':
      return 75;
    case 'failed':
      return exitCodes.failed;
  }
}

function showHealth(
  session: Session,
  { name, location }: RepositoryDefinition,
  { health, statistics, coverage, damage, mend }: RepositoryLook & { readonly mend: string | undefined },
): void {
  const { signs, stdout } = session;
  const { style } = stdout;
  const isGood = health.state === 'ready' && damage === undefined;
  const notGood = health.state === 'busy' ? style.yellow(signs.attention) : style.red(signs.bad);
  const sign = isGood ? style.green(signs.good) : notGood;
  session.say(
    `${sign} ${style.bold(name)}  ${printable(shortPath(session, shownLocation(location)))}  ${health.state}`,
  );
  if (health.problem !== undefined) session.say(`  ${printable(health.problem)}`);
  if (health.hint !== undefined) session.say(`  ${style.cyan('hint')}: ${printable(health.hint)}`);
  if (damage !== undefined) {
    session.say(`  a check found damage: ${relativeTime(damage.at, session.now())}`);
    if (mend !== undefined) session.say(`  ${style.cyan('to mend it')}: ${mend}`);
  }
  const compressed =
    statistics?.uncompressedBytes === undefined
      ? ''
      : `, ${formatSize(statistics.uncompressedBytes)} before compression`;
  const facts: (readonly [string, string | undefined])[] = [
    ['id', health.facts === undefined ? undefined : `${health.facts.id}, format ${health.facts.format}`],
    ['engine', health.engine === undefined ? undefined : `${health.engine.name} ${health.engine.version}`],
    ['snapshots', health.snapshots === undefined ? undefined : String(health.snapshots)],
    ['stored', statistics === undefined ? undefined : `${formatSize(statistics.storedBytes)}${compressed}`],
    ['read', coverage === undefined ? undefined : coverageText(coverage, session.now())],
    ['locks', health.locks.length === 0 ? undefined : String(health.locks.length)],
  ];
  const rows = facts.flatMap(([title, text]) => (text === undefined ? [] : [[`  ${style.dim(title)}`, text]]));
  session.sayTable([{ title: '' }, { title: '' }], rows);
  showLocks(session, health.locks);
}

function showLocks(session: Session, verdicts: readonly LockVerdict[]): void {
  const rows = verdicts.map(({ lock, verdict, reason }) => [
    `  ${lock.id.slice(0, 8)}`,
    `pid ${lock.pid} on ${printable(lock.host)}`,
    relativeTime(lock.createdAt, session.now()),
    lock.exclusive ? 'exclusive' : 'shared',
    verdict,
    printable(reason),
  ]);
  session.sayTable(
    [
      { title: '  lock' },
      { title: 'owner' },
      { title: 'made' },
      { title: 'kind' },
      { title: 'verdict' },
      { title: '' },
    ],
    rows,
  );
}
