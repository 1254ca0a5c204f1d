import { toUmbraError, type Configuration, type RepositoryDefinition, type UmbraError } from '@umbracore/contracts';
import { catalogDocument, catalogUpdateDocument, worstOf, type CatalogUpdate } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { CatalogState, CatchUpProgress } from '@umbracore/runtime';
import { drawFilling } from '../catalog/draw-filling.ts';
import type { Action } from '../command.ts';
import type { CatalogUpdateFlags } from '../commands/catalog.ts';
import { countedProgress } from '../doors/repositories.ts';
import { operationView } from '../progress/operation-view.ts';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { relativeTime } from '../output/times.ts';
import type { Session } from '../session.ts';

export const status: Action<object> = async (session) => {
  const { catalogs, configuration } = await session.runtime();
  const states = [...configuration.repositories.values()].map((each) => catalogs.state(each));
  if (session.json) return session.document('catalog', catalogDocument(states));
  if (states.length === 0) return session.notice('No repositories yet. Set one up: umbra init');
  session.sayTable(
    [
      { title: 'repository' },
      { title: 'snapshots', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'as of' },
    ],
    states.map((state) => stateRow(session, state)),
  );
};

function stateRow(session: Session, state: CatalogState): readonly string[] {
  const { signs } = session;
  const { repository, enabled, asOf, snapshots, bytes } = state;
  if (!enabled) return [repository, signs.none, signs.none, 'off'];
  if (asOf === undefined) return [repository, signs.none, signs.none, 'empty'];
  return [repository, String(snapshots), formatSize(bytes), relativeTime(asOf, session.now())];
}

export const update: Action<CatalogUpdateFlags> = async (session, [name], { rebuild = false }) => {
  const { configuration } = await session.runtime();
  const updates: CatalogUpdate[] = [];
  for (const repository of chosen(configuration, name)) updates.push(await updateOne(session, repository, rebuild));
  const errors = updates.flatMap(({ error }) => error ?? []);
  if (session.json) session.document('catalog-update', catalogUpdateDocument(updates));
  else for (const each of updates) tell(session, each);
  return worstOf(errors.map(({ exitCode }) => exitCode));
};

async function updateOne(session: Session, repository: RepositoryDefinition, rebuild: boolean): Promise<CatalogUpdate> {
  const { catalogs } = await session.runtime();
  const { name } = repository;
  const { signal } = session.interrupt;
  try {
    if (rebuild) catalogs.remove(repository);
    const report = reporter(session, name);
    return { repository: name, result: await catalogs.catchUp(repository, { signal, report }), error: undefined };
  } catch (error) {
    if (signal.aborted) throw error;
    return { repository: name, result: undefined, error: toUmbraError(error) };
  }
}

/** A person is told only where it takes a while; whoever asked for progress as JSON, of all. */
function reporter(session: Session, name: string): (progress: CatchUpProgress) => void {
  if (session.globals.progress !== 'json') return (progress) => drawFilling(session, name, progress);
  const view = operationView(session, `filling the catalog of ${name}`);
  return ({ done, total }) => view.show(countedProgress('indexing', done, total));
}

function tell(session: Session, { repository, result, error }: CatalogUpdate): void {
  if (error !== undefined) return tellFailure(session, repository, error);
  if (result === undefined) return session.say(`${repository} has no catalog: its configuration says so.`);
  const { added, dropped, leftOut } = result;
  const left = leftOut === 0 ? '' : `, ${leftOut} left out for want of room`;
  session.done(`${repository}  ${formatQuantity(added, 'snapshot')} taken in, ${dropped} gone${left}`);
}

function tellFailure(session: Session, repository: string, error: UmbraError): void {
  session.stderr.line(`${session.stderr.style.red(session.signs.bad)} ${repository}`);
  session.problem(error);
}

export const drop: Action<object> = async (session, [name]) => {
  const { catalogs, configuration } = await session.runtime();
  const all = chosen(configuration, name);
  if (name === undefined) catalogs.removeAll();
  else for (const repository of all) catalogs.remove(repository);
  if (session.json) return session.document('catalog', catalogDocument(all.map((each) => catalogs.state(each))));
  session.say(name === undefined ? 'All catalogs are deleted.' : `The catalog of ${name} is deleted.`);
};

const chosen = (configuration: Configuration, name: string | undefined): readonly RepositoryDefinition[] =>
  name === undefined ? [...configuration.repositories.values()] : [repositoryNamed(configuration, name)];
