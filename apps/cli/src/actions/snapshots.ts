import {
  forgottenAt,
  jobOfTags,
  jobTag,
  pinOfTags,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { jobNamed, repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { SnapshotsFlags } from '../commands/snapshots.ts';
import { ownTags, snapshotDocument, type PlacedSnapshot } from '../documents/snapshot-document.ts';
import { printable } from '../output/printable.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { dayTime } from '../output/times.ts';
import { backRef } from '../refs/ref.ts';
import type { Session } from '../session.ts';

export const action: Action<SnapshotsFlags> = async (session, [job], flags) => {
  const runtime = await session.runtime();
  const found: PlacedSnapshot[] = [];
  for (const repository of repositoriesFor(runtime, job, flags.repository)) {
    found.push(...(await snapshotsIn(session, runtime, repository, job, flags)));
  }
  const shown = found.toSorted((one, other) => other.snapshot.time - one.snapshot.time).slice(0, flags.latest);
  if (session.json) return session.document('snapshots', { snapshots: shown.map(snapshotDocument) });
  if (shown.length === 0) return session.notice('No snapshots.');
  show(session, shown);
};

function repositoriesFor(
  { configuration }: Runtime,
  job: string | undefined,
  repository: string | undefined,
): readonly RepositoryDefinition[] {
  if (repository !== undefined) return [repositoryNamed(configuration, repository)];
  if (job === undefined) return [...configuration.repositories.values()];
  return jobNamed(configuration, job).repositories.map((name) => repositoryNamed(configuration, name));
}

async function snapshotsIn(
  session: Session,
  runtime: Runtime,
  repository: RepositoryDefinition,
  job: string | undefined,
  { tag = [], host, path, pinned = false }: SnapshotsFlags,
): Promise<PlacedSnapshot[]> {
  const { signal } = session.interrupt;
  const backend = await runtime.repositories.backend(repository, signal);
  const all = await backend.snapshots(job === undefined ? {} : { tags: [jobTag(job)] }, { signal });
  const refs = refsOf(all);
  return all
    .filter((snapshot) => tag.every((each) => snapshot.tags.includes(each)))
    .filter((snapshot) => host === undefined || snapshot.host === host)
    .filter(({ tags }) => !pinned || pinOfTags(tags) !== undefined)
    .filter((snapshot) => path === undefined || snapshot.paths.includes(path))
    .map((snapshot) => ({ snapshot, repository: repository.name, ref: refs.get(snapshot.id) ?? snapshot.shortId }));
}

/** Counted over all snapshots of a job in this repository, so that filters do not renumber them. */
function refsOf(snapshots: readonly Snapshot[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const refs = new Map<string, string>();
  for (const snapshot of snapshots.toReversed()) {
    const job = jobOfTags(snapshot.tags);
    // What is as good as gone is found by its id.
    if (job === undefined || forgottenAt(snapshot.tags) !== undefined) continue;
    const stepsBack = counts.get(job) ?? 0;
    counts.set(job, stepsBack + 1);
    refs.set(snapshot.id, backRef(job, stepsBack));
  }
  return refs;
}

const columns = [
  { title: 'ref' },
  { title: 'snapshot' },
  { title: 'repository' },
  { title: 'when' },
  { title: 'size', align: 'right' },
  { title: 'new', align: 'right' },
  { title: 'files', align: 'right' },
  { title: 'tags' },
  { title: 'pinned' },
  { title: 'forgotten' },
  { title: 'paths' },
] as const;

function show(session: Session, found: readonly PlacedSnapshot[]): void {
  const withRepository = new Set(found.map(({ repository }) => repository)).size > 1;
  const { style } = session.stdout;
  const rows = found.map(({ snapshot, repository, ref }) => [
    style.bold(ref),
    snapshot.shortId,
    withRepository ? repository : '',
    dayTime(snapshot.time, session.now()),
    snapshot.summary === undefined ? '' : formatSize(snapshot.summary.bytesProcessed),
    snapshot.summary === undefined ? '' : formatSize(snapshot.summary.bytesAdded),
    snapshot.summary === undefined ? '' : formatCount(snapshot.summary.filesProcessed),
    printable(ownTags(snapshot.tags).join(', ')),
    pinText(snapshot),
    forgottenText(session, snapshot),
    style.dim(snapshot.paths.map(printable).join(', ')),
  ]);
  session.sayTable(columns, rows);
}

function pinText({ tags }: Snapshot): string {
  const pin = pinOfTags(tags);
  return pin === undefined ? '' : printable(pin.reason ?? 'yes');
}

function forgottenText(session: Session, { tags }: Snapshot): string {
  const at = forgottenAt(tags);
  return at === undefined ? '' : dayTime(at, session.now());
}
